// What is alive on the page. Everything works without it, but for that.

const two = (number) => String(number).padStart(2, '0');
const clock = (date) => `${two(date.getHours())}:${two(date.getMinutes())}`;

/*
 * Parts that follow what happens: each has an id, and in `data-live` the names of the events of /api/v1/stream at which it
 * is asked for anew. The page itself is asked for, with its filters, so what is shown is made in one place alone.
 */

// A dead connection may stay silent for ever; the server sends something every 15 s.
const SILENCE_MS = 40_000;
// As often a part may change while one reads it.
const REFRESH_MS = 1000;

function follow(mark) {
  let heardAt = new Date();
  let source;
  let isWaiting = false;
  const wanted = new Set();
  const parts = () => [...document.querySelectorAll('[data-live]')];
  const names = new Set(parts().flatMap((part) => part.dataset.live.split(' ')));

  const say = (isLive, words) => {
    if (mark.textContent !== words) mark.textContent = words;
    mark.classList.toggle('live', isLive);
  };
  const heard = () => {
    heardAt = new Date();
    say(true, '● live');
  };
  const lost = () => say(false, `○ not live since ${clock(heardAt)}`);

  const open = () => {
    source = new EventSource(`${document.body.dataset.root}api/v1/stream`);
    source.addEventListener('open', () => {
      const wasLost = !mark.classList.contains('live');
      heard();
      // What has happened meanwhile is not sent again.
      if (wasLost) want(parts());
    });
    source.addEventListener('beat', heard);
    for (const name of names)
      source.addEventListener(name, () => {
        heard();
        want(parts().filter((part) => part.dataset.live.split(' ').includes(name)));
      });
    source.addEventListener('error', lost);
  };

  const want = (some) => {
    for (const { id } of some) wanted.add(id);
    if (isWaiting || wanted.size === 0) return;
    isWaiting = true;
    setTimeout(refresh, REFRESH_MS);
  };

  const refresh = async () => {
    const ids = [...wanted];
    wanted.clear();
    try {
      const answer = document.hidden ? undefined : await fetch(location.href, { redirect: 'manual' });
      const fresh = answer?.ok ? new DOMParser().parseFromString(await answer.text(), 'text/html') : undefined;
      // Later: nobody looks, somebody is using it, or the service is being started again.
      for (const id of ids) if (!replace(id, fresh)) wanted.add(id);
      if (answer?.type === 'opaqueredirect') say(false, '○ not live: log in again');
    } catch {
      for (const id of ids) wanted.add(id);
    }
    isWaiting = false;
    if (!document.hidden) want([]);
  };

  document.addEventListener('visibilitychange', () => want([]));
  setInterval(() => {
    if (Date.now() - heardAt.getTime() <= SILENCE_MS) return;
    lost();
    source.close();
    open();
  }, 10_000);
  open();
}

// @returns whether it is as it is to be: not while it is used
function replace(id, page) {
  const part = document.getElementById(id);
  const next = page?.getElementById(id);
  if (part === null) return true;
  if (next == null || isUsed(part)) return false;
  const details = [...part.querySelectorAll('details')].map(({ open }) => open);
  const nextDetails = [...next.querySelectorAll('details')];
  if (details.length === nextDetails.length)
    for (const [index, one] of nextDetails.entries()) one.open = details[index];
  const fresh = document.adoptNode(next);
  addCopyButtons(fresh);
  if (part.innerHTML !== fresh.innerHTML) part.replaceWith(fresh);
  return true;
}

function isUsed(part) {
  if (part.contains(document.activeElement) || part.querySelector('.menu details[open]') !== null) return true;
  const selection = document.getSelection();
  return selection !== null && !selection.isCollapsed && part.contains(selection.anchorNode);
}

// A menu closes as menus do, and the focus is where it was opened.
document.addEventListener('keydown', ({ key }) => {
  const menu = key === 'Escape' && document.querySelector('.menu details[open]');
  if (!menu) return;
  menu.open = false;
  menu.querySelector('summary').focus();
});

const mark = document.querySelector('[data-live-mark]');
if (mark !== null) follow(mark);

// A text to take along gets a button for that.
function addCopyButtons(part) {
  for (const block of part.querySelectorAll('[data-copy]')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'quiet';
    button.textContent = 'Copy';
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(block.value ?? block.textContent);
      button.textContent = 'Copied';
    });
    block.after(button);
  }
}

addCopyButtons(document);

// What is typed into a search is looked for at once; the address has it, so that it is there when the page is loaded again.
for (const form of document.querySelectorAll('form[data-search]')) {
  let timer;
  let asked;
  const look = async () => {
    const url = `${form.action}?${new URLSearchParams(new FormData(form))}`;
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(url, { signal: asked.signal, redirect: 'manual' });
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const found = fresh.getElementById(form.dataset.search);
      if (found === null) return;
      document.getElementById(form.dataset.search)?.replaceWith(document.adoptNode(found));
      history.replaceState(null, '', url);
    } catch {
      // Typed on meanwhile, or the service is being started again: the button is still there.
    }
  };
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(look, 200);
  });
}

// A rule's request, and the lines that a save changes, while it is being written. A test is sent without leaving the page.
for (const form of document.querySelectorAll('form[data-preview]')) {
  let timer;
  let asked;
  const show = async (task) => {
    const fields = new URLSearchParams(new FormData(form));
    fields.set('do', task);
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(form.action, {
        method: 'POST',
        body: fields,
        signal: asked.signal,
        redirect: 'manual',
      });
      const type = answer.headers.get('content-type') ?? '';
      if (!type.startsWith('text/html')) return;
      const text = await answer.text();
      const part = document.getElementById(form.dataset.preview);
      const fresh = new DOMParser().parseFromString(text, 'text/html');
      if (part === null) return;
      part.replaceChildren(...(fresh.getElementById(form.dataset.preview) ?? fresh.body).childNodes);
      // Where it does not stand beside the form, what was asked for is out of sight.
      if (task === 'test-live') part.scrollIntoView({ block: 'nearest' });
    } catch {
      // Typed on meanwhile.
    }
  };
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(show, 400, 'live');
  });
  form.addEventListener('submit', (event) => {
    const task = event.submitter?.value;
    if (task !== 'test-live') return;
    event.preventDefault();
    // What was typed last would be shown in the place of what comes of the test.
    clearTimeout(timer);
    void show(task);
  });
  for (const button of form.querySelectorAll('button[value="test"]')) button.value = 'test-live';
  void show('live');
}
