// Every API of the route files: what it serves and refuses a second, where its time goes, and its buckets and quotas.

import { bar, byId, el, keyed, text } from '../dom.js';
import { moment, number, plural } from '../format.js';

/** Rates are those of so many seconds. */
const WINDOW = 10;

/** Groups of routes that guard no API: the gateway's own pages. */
const HOUSE = new Set(['shared', 'admin', 'sandbox']);

/** APIs that have a panel of their own for their buckets and quotas. */
const SHIPPED = new Set(['keepa', 'xai', 'sp-api', 'gemini', 'other', ...HOUSE]);

const MOST_CALLERS = 12;

/** Snapshots of the last seconds, the oldest first. */
class Lately {
  #past = [];

  push(value) {
    this.#past.push({ at: Date.now(), value });
    while (this.#past.length > 1 && this.#past[0].at < Date.now() - WINDOW * 1000) this.#past.shift();
  }

  /** By how much something has grown, a second. */
  rate(read) {
    const [first, last] = [this.#past[0], this.#past.at(-1)];
    return ((read(last.value) - read(first.value)) / Math.max(1, (last.at - first.at) / 1000)).toFixed(1);
  }
}

const served = new Lately();
const called = new Lately();

export function show(apis, kit) {
  served.push(apis);
  const names = Object.keys(apis).filter(name => !HOUSE.has(name));
  byId('apis-none').hidden = names.length > 0;
  byId('apis-table').hidden = names.length === 0;
  keyed(byId('apis-rows'), names, name => name, makeApi, (row, name) => updateApi(row, name, apis[name]));
  const limits = [...buckets(kit), ...quotas(kit)];
  byId('limits-title').hidden = limits.length === 0;
  keyed(byId('limits'), limits, limit => limit.id, makeLimit, updateLimit);
}

const denials = api => Object.values(api?.denied ?? {}).reduce((sum, count) => sum + count, 0);

function makeApi(name) {
  return el('tr', {}, el('th', { scope: 'row', textContent: name }), ...['Requests/s', 'Denied/s', 'Upstream', 'Waiting', 'Own'].map(label =>
    el('td', { className: 'num', 'data-label': label })));
}

function updateApi(row, name, now) {
  const each = total => now.requests ? `${(1000 * total / now.requests).toFixed(1)} ms` : '–';
  const cells = [served.rate(apis => apis[name]?.requests ?? 0), served.rate(apis => denials(apis[name])),
    each(now.upstreamSeconds), each(now.waitingSeconds), each(now.ownSeconds)];
  cells.forEach((words, index) => text(row.cells[index + 1], words));
  row.cells[2].title = Object.entries(now.denied).map(([rule, count]) => `${rule}: ${number(count)}`).join('\n');
}

const own = ([name]) => !SHIPPED.has(name);

function buckets(kit) {
  return Object.entries(kit.buckets).filter(own).map(([name, bucket]) => ({ id: `bucket ${name}`, name: `${name} bucket`,
    part: Math.max(0, bucket.balance), whole: bucket.capacity, level: bucket.balance <= 0 ? 'warn' : '',
    words: `${number(bucket.balance)} of ${plural(bucket.capacity, 'token')} left${bucket.waiting ? `, ${plural(bucket.waiting, 'caller')} waiting` : ''}` }));
}

function quotas(kit) {
  return Object.entries(kit.quotas).filter(own).map(([name, quota]) => ({ id: `quota ${name}`, name: `${name} quota`,
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

/** Who calls, by key: those of the most requests. */
export function showCallers(rows) {
  const callers = rows.filter(row => !HOUSE.has(row.api)).map(row => ({ ...row, id: `${row.key} ${row.api}` }));
  called.push(new Map(callers.map(row => [row.id, row])));
  byId('callers-title').hidden = byId('callers-table').hidden = callers.length === 0;
  keyed(byId('callers-rows'), callers.slice(0, MOST_CALLERS), row => row.id, makeCaller, updateCaller);
  byId('callers-more').hidden = callers.length <= MOST_CALLERS;
  text(byId('callers-more'), `${plural(callers.length - MOST_CALLERS, 'row')} more at /admin/callers.`);
}

function makeCaller(row) {
  return el('tr', {}, el('th', { scope: 'row', title: row.key === row.name ? '' : row.key, textContent: row.key === 'loopback' ? 'this machine' : row.name }),
    el('td', { textContent: row.api }), ...['Requests/s', 'Denied', 'Requests', 'Last'].map(label => el('td', { className: 'num', 'data-label': label })));
}

function updateCaller(item, row) {
  const cells = [called.rate(all => all.get(row.id)?.requests ?? 0), number(row.denied), number(row.requests), moment(row.lastAt)];
  cells.forEach((words, index) => text(item.cells[index + 2], words));
}
