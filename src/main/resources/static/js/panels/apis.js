// Every API of the route files: what it serves and refuses a second, where its time goes, and its buckets and quotas.

import { bar, byId, el, keyed, text } from '../dom.js';
import { number, plural } from '../format.js';

/** Rates are those of so many seconds. */
const WINDOW = 10;
const OWN = new Set(['keepa', 'xai', 'sp-api', 'gemini', 'shared', 'admin', 'sandbox', 'other']);

/** Snapshots of the last seconds, the oldest first. */
const past = [];

export function show(apis, kit) {
  past.push({ at: Date.now(), apis });
  while (past.length > 1 && past[0].at < Date.now() - WINDOW * 1000) past.shift();
  const names = Object.keys(apis).filter(name => !['shared', 'admin', 'sandbox'].includes(name));
  byId('apis-none').hidden = names.length > 0;
  byId('apis-table').hidden = names.length === 0;
  keyed(byId('apis-rows'), names, name => name, makeApi, (row, name) => updateApi(row, apis[name], past[0].apis[name], seconds()));
  const limits = [...buckets(kit), ...quotas(kit)];
  byId('limits-title').hidden = limits.length === 0;
  keyed(byId('limits'), limits, limit => limit.id, makeLimit, updateLimit);
}

const seconds = () => Math.max(1, (past.at(-1).at - past[0].at) / 1000);

const denials = api => Object.values(api?.denied ?? {}).reduce((sum, count) => sum + count, 0);

function makeApi(name) {
  return el('tr', {}, el('th', { scope: 'row', textContent: name }), ...['A second', 'Denied a second', 'Upstream', 'Waiting', 'Own'].map(label =>
    el('td', { className: 'num', 'data-label': label })));
}

function updateApi(row, now, before, span) {
  const rate = (after, earlier) => ((after - (earlier ?? 0)) / span).toFixed(1);
  const each = total => now.requests ? `${(1000 * total / now.requests).toFixed(1)} ms` : '–';
  const cells = [rate(now.requests, before?.requests), rate(denials(now), before ? denials(before) : 0),
    each(now.upstreamSeconds), each(now.waitingSeconds), each(now.ownSeconds)];
  cells.forEach((words, index) => text(row.cells[index + 1], words));
  row.cells[2].title = Object.entries(now.denied).map(([rule, count]) => `${rule}: ${number(count)}`).join('\n');
}

const mine = ([name]) => !OWN.has(name);

function buckets(kit) {
  return Object.entries(kit.buckets).filter(mine).map(([name, bucket]) => ({ id: `bucket ${name}`, name,
    part: Math.max(0, bucket.balance), whole: bucket.capacity, level: bucket.balance <= 0 ? 'warn' : '',
    words: `${number(bucket.balance)} of ${plural(bucket.capacity, 'token')} left${bucket.waiting ? `, ${plural(bucket.waiting, 'caller')} waiting` : ''}` }));
}

function quotas(kit) {
  return Object.entries(kit.quotas).filter(mine).map(([name, quota]) => ({ id: `quota ${name}`, name,
    part: quota.callsToday, whole: quota.dailyLimit, level: quota.callsToday >= quota.dailyLimit ? 'bad' : '',
    words: `${number(quota.callsToday)} of ${plural(quota.dailyLimit, 'call')} used` }));
}

function makeLimit() {
  return el('li', {}, el('div', { className: 'line' }, el('span'), el('span', { className: 'sub-line' })), el('div', { className: 'bar' }));
}

function updateLimit(item, limit) {
  const [line, meter] = item.children;
  text(line.children[0], limit.name);
  text(line.children[1], limit.words);
  bar(meter, { ...limit, label: limit.id });
}
