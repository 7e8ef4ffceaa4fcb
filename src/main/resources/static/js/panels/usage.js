// What was used, by day, branch and user; and what failed lately.

import { dayChart } from '../charts.js';
import { bar, byId, el, keyed, text } from '../dom.js';
import { compact, moment, number, plural } from '../format.js';

const DAYS = 30;
const DAY = 86_400_000;
let days = [[], []];
let chart = null;

export function show(usage) {
  const by = what => usage.filter(row => row.by === what);
  byId('usage-none').hidden = usage.length > 0;
  byId('usage-charts').hidden = usage.length === 0;
  if (usage.length === 0) return;
  showDays(new Map(by('day').map(row => [row.name, row.tokens])));
  ranks(byId('usage-branches'), by('branch'));
  ranks(byId('usage-users'), by('user'));
}

/** Every day has its place, also the ones without usage. */
function showDays(tokens) {
  const today = new Date();
  const dates = Array.from({ length: DAYS }, (_, index) => new Date(today.getFullYear(), today.getMonth(), today.getDate() - DAYS + 1 + index));
  const name = date => [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(part => String(part).padStart(2, '0')).join('-');
  days = [dates.map(date => date / 1000), dates.map(date => tokens.get(name(date)) ?? 0)];
  chart ??= dayChart(byId('usage-days'), () => days);
  chart.show();
  const total = days[1].reduce((sum, value) => sum + value, 0);
  byId('usage-days').setAttribute('aria-label', `Usage by day: ${number(total)} tokens in ${DAYS} days, ${number(days[1].at(-1))} today.`);
}

function ranks(list, rows) {
  const most = Math.max(...rows.map(row => row.tokens));
  keyed(list, rows, row => row.name,
    row => el('li', {}, el('div', { className: 'line' }, el('span', { className: 'name', textContent: row.name }), el('span', { className: 'num' })),
      el('div', { className: 'bar thin' })),
    (item, row) => {
      text(item.querySelector('.num'), compact(row.tokens));
      bar(item.querySelector('.bar'), { part: row.tokens, whole: most, label: `Tokens used by ${row.name}`,
        words: `${number(row.tokens)} tokens in ${plural(row.requests, 'request')}` });
    });
}

export function showFailures(failures) {
  byId('failures-none').hidden = failures.length > 0;
  events(byId('failures-list'), failures, failure => `${failure.requestId} ${failure.at}`, failure => [
    failure.lastError, `${moment(failure.at)} · ${failure.companyId} · ${plural(failure.attempts, 'failed attempt')}`
      + `${failure.retryable ? '' : ', not to be repeated'} · request `, failure.requestId ?? 'without an id']);
}

export function showErrors(errors) {
  byId('errors-none').hidden = errors.length > 0;
  events(byId('errors-list'), errors, error => `${error.at} ${error.logger} ${error.message}`, error => [
    error.message, `${moment(error.at)} · ${(error.logger ?? '').split('.').pop()}${error.requestId ? ' · request ' : ''}`, error.requestId ?? '']);
}

function events(list, items, keyOf, parts) {
  keyed(list, items, keyOf,
    () => el('li', {}, el('p', { className: 'what' }), el('p', { className: 'sub-line' }, el('span'), el('code'))),
    (item, event) => {
      const [what, note, id] = parts(event);
      text(item.children[0], what);
      text(item.children[1].children[0], note);
      text(item.children[1].children[1], id);
    });
  if (items.length) list.tabIndex = 0; else list.removeAttribute('tabindex');
}
