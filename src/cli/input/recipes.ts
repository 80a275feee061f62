/** A piece of config.yaml in docs/recipes.md, for one receiver. */
export interface Recipe {
  /** As the command has it: `home-assistant`. */
  name: string;
  /** As the page has it: `Home Assistant`. */
  title: string;
  /** The receiver's URL in the piece, which stands for one's own. */
  url: string;
  /** How to set up the receiver, and where its documentation is; lines of the page. */
  setUp: string;
  config: string;
}

/** A heading, and the line below it that a reader of the page does not see. */
const SECTION = /^## (?<title>.*)\n+<!-- recipe (?<name>[\w-]+) (?<url>\S+) -->$/gm;

/** The extension that all pieces are for. */
const EXTENSION = '"101":';

/** The recipes of the page, in its order. */
export function recipesIn(page: string): Recipe[] {
  return [...page.matchAll(SECTION)].map(({ 0: source, index, groups = {} }) => {
    const { title = '', name = '', url = '' } = groups;
    const [setUp = ''] = page.slice(index + source.length).split('\n    extensions:');
    return { title, name, url, setUp: setUp.trim(), config: blockIn(page.slice(index)) };
  });
}

/** The lines from `    extensions:` on that are indented, without that. */
function blockIn(section: string): string {
  const lines = section.slice(section.indexOf('\n    extensions:') + 1).split('\n');
  const end = lines.findIndex((line) => !line.startsWith('    '));
  return lines
    .slice(0, end)
    .map((line) => `${line.slice(4)}\n`)
    .join('');
}

/**
 * The piece with one's own extension and URL.
 * @param url left out: the one in the page
 */
export function fillRecipe({ config, url: example }: Recipe, extension: string, url = example): string {
  // What methods are appended to ends in a slash, given or not.
  const own = example.endsWith('/') && !url.endsWith('/') ? `${url}/` : url;
  return config.replaceAll(EXTENSION, () => `"${extension}":`).replaceAll(example, () => own);
}
