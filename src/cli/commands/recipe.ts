import { nearest } from '../../config/check/nearest.ts';
import { readRecipesPage } from '../../package-root.ts';
import { fillRecipe, type Recipe, recipesIn } from '../input/recipes.ts';
import { EXIT, type Io } from '../terminal/io.ts';

export interface RecipeOptions {
  extension: string;
  url?: string;
}

/** Prints a piece of config.yaml for a receiver; without a name, lists the receivers. */
export function runRecipe(name: string | undefined, { extension, url }: RecipeOptions, io: Io): number {
  const recipes = recipesIn(readRecipesPage());
  if (name === undefined) {
    io.stdout(listOf(recipes));
    return EXIT.ok;
  }
  const recipe = recipes.find((one) => one.name === name.toLowerCase());
  const names = recipes.map((one) => one.name);
  if (recipe === undefined) {
    const near = nearest(name, names);
    const advice = near === undefined ? `there are: ${names.join(', ')}` : `did you mean ${near}?`;
    io.stderr(`there is no recipe ${name}; ${advice}\n`);
    return EXIT.usage;
  }
  if (url !== undefined && (!/^https?:\/\/[^\s"'#]+$/i.test(url) || !URL.canParse(url))) {
    io.stderr('--url: expected a full URL, beginning with https:// or http://\n');
    return EXIT.usage;
  }
  if (!/^[^\s"\\]+$/.test(extension)) {
    io.stderr(`--extension: expected one such as 101, or a pattern such as _1XX\n`);
    return EXIT.usage;
  }
  const heading = `${recipe.title} (docs/recipes.md has more)\n${recipe.setUp}`;
  io.stdout(`${heading.replaceAll(/^/gm, '# ')}\n${fillRecipe(recipe, extension, url)}`);
  if (url === undefined) io.stderr(`--url puts your own in the place of ${recipe.url}\n`);
  return EXIT.ok;
}

function listOf(recipes: readonly Recipe[]): string {
  const width = Math.max(...recipes.map(({ name }) => name.length));
  const lines = recipes.map(({ name, title }) => `${name.padEnd(width)}  ${title}\n`);
  return `${lines.join('')}\ncall-events recipe slack --extension 101 --url https://hooks.slack.com/services/…\n`;
}
