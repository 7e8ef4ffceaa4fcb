// Small helpers around the DOM. What did not change is not touched, so that focus and selections stay where they are.

export const byId = id => document.getElementById(id);

/** An element with properties and children; children are elements or texts. */
export function el(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name in element && name !== 'role') element[name] = value; else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

export function text(element, value) {
  if (element.textContent !== String(value)) element.textContent = value;
}

/** A state in words and colour: level is good, warn, bad or nothing. */
export function chip(element, level, words) {
  element.className = `chip ${level}`.trim();
  text(element, words);
}

/** Keeps one child for each item, in order. make(item) gives an element, update(element, item) fills it. */
export function keyed(parent, items, keyOf, make, update) {
  const old = new Map([...parent.children].map(child => [child.dataset.key, child]));
  items.forEach((item, index) => {
    const key = String(keyOf(item));
    let child = old.get(key);
    if (!child) {
      child = make(item);
      child.dataset.key = key;
    }
    old.delete(key);
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
    update(child, item);
  });
  old.forEach(child => child.remove());
}

/** Figures of a definition list: [name, value, level, note]. */
export function figures(list, entries) {
  keyed(list, entries, entry => entry[0],
    ([name]) => el('div', {}, el('dt', { textContent: name }), el('dd', {}, el('span'), el('small'))),
    (div, [, value, level = '', note = '']) => {
      const dd = div.querySelector('dd');
      dd.className = level;
      text(dd.children[0], value);
      text(dd.children[1], note ? ` ${note}` : '');
    });
}

/** A bar that screen readers can read: part of whole, with a mark at a fraction of it where there is one. */
export function bar(element, { part, whole, label, words, level = '', mark = null }) {
  if (!element.firstChild) {
    element.setAttribute('role', 'meter');
    element.append(el('span', { className: 'fill' }), el('span', { className: 'mark' }));
  }
  element.classList.toggle('warn', level === 'warn');
  element.classList.toggle('bad', level === 'bad');
  const set = (name, value) => element.getAttribute(name) !== String(value) && element.setAttribute(name, value);
  set('aria-label', label);
  set('aria-valuemin', 0);
  set('aria-valuemax', Math.max(1, whole));
  set('aria-valuenow', Math.min(Math.max(0, part), Math.max(1, whole)));
  set('aria-valuetext', words);
  const percent = fraction => `${Math.min(100, Math.max(0, fraction * 100))}%`;
  const [fill, tick] = element.children;
  fill.hidden = part <= 0;
  fill.style.width = percent(whole > 0 ? part / whole : 0);
  tick.hidden = mark === null;
  if (mark !== null) tick.style.left = percent(mark);
}

/** Says something once to those who listen rather than look. */
export function say(words) {
  byId('said').textContent = words;
}
