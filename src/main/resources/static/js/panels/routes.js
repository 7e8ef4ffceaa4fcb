// Routes: which file governs what, and whether the last edit was taken.

import { byId, el, figures, keyed, text } from '../dom.js';
import { moment, plural } from '../format.js';

export function show(routes) {
  figures(byId('routes-figures'), [
    ['Last change taken', moment(routes.since)],
    ['Generation', routes.generation],
    ['Edits', routes.watching ? 'noticed' : 'not noticed', routes.watching ? 'good' : ''],
    ['Last edit', routes.lastRejected ? 'rejected' : 'taken', routes.lastRejected ? 'bad' : 'good'],
  ]);
  const notice = byId('rejected');
  notice.hidden = !routes.lastRejected;
  if (routes.lastRejected) {
    text(notice.querySelector('p'), `The edit of ${moment(routes.lastRejected.at)} was not taken; the routes before it serve on. Correct this and save again:`);
    text(notice.querySelector('pre'), routes.lastRejected.errors.join('\n'));
  }
  const lines = [...routes.warnings, ...routes.ignored];
  byId('warnings').hidden = lines.length === 0;
  text(byId('warnings').querySelector('pre'), lines.join('\n'));
}

/** One line an API, its files behind it. */
export function showFiles(files) {
  const folders = new Map();
  files.forEach(file => {
    const name = file.file.split('/').slice(0, 2).join('/');
    folders.set(name, [...folders.get(name) ?? [], file]);
  });
  keyed(byId('route-files'), [...folders], ([name]) => name, makeFolder, updateFolder);
}

function makeFolder([name]) {
  const head = ['File', 'Entrances', 'Changed'].map(title => el('th', { scope: 'col', textContent: title }));
  return el('details', { className: 'folder' },
    el('summary', {}, el('code', { textContent: name }), el('span', { className: 'sub-line' })),
    el('table', { className: 'files' }, el('caption', { className: 'sr', textContent: `Files below ${name}` }),
      el('thead', {}, el('tr', {}, ...head)), el('tbody')));
}

function updateFolder(item, [, files]) {
  const [summary, table] = item.children;
  const routes = files.reduce((sum, file) => sum + file.routes.length, 0);
  const changed = files.map(file => file.changedAt).filter(Boolean).sort().at(-1);
  text(summary.children[1], `${plural(files.length, 'file')}, ${plural(routes, 'route')}, ${changed ? `changed ${moment(changed)}` : 'in the jar'}`);
  keyed(table.tBodies[0], files, file => file.file, () => el('tr', {}, el('td', {}, el('code'), el('ul')), el('td'), el('td')), updateFile);
}

function updateFile(row, file) {
  const [name, entrances, changed] = row.cells;
  text(name.children[0], file.file.split('/').slice(2).join('/') || 'made from templates');
  keyed(name.children[1], file.routes, route => route.id, () => el('li'), (item, route) => text(item, route.description ?? route.id));
  text(entrances, file.routes.map(route => route.entrance).filter(Boolean).join(', ') || 'called by other routes');
  text(changed, file.changedAt ? moment(file.changedAt) : '–');
}
