// Keepa: how many tokens there are, who waits for them, and how far the jobs are.

import { get, now } from '../api.js';
import { balanceChart } from '../charts.js';
import { byId, chip, figures, text } from '../dom.js';
import { duration, number, plural, time } from '../format.js';

const HOUR = 3600;
const at = [];
const balance = [];
let chart = null;
let described = 0;

/** What the balance was before the page was opened. */
export async function past() {
  const history = await get('/status/history');
  const first = at[0] ?? Infinity;
  const older = history.at.findIndex(second => second >= first);
  const count = older < 0 ? history.at.length : older;
  at.unshift(...history.at.slice(0, count));
  balance.unshift(...history.balance.slice(0, count));
}

export function show(keepa) {
  if (keepa.heardAt) {
    remember(Math.floor(now() / 1000), keepa.balance);
    chart ??= balanceChart(byId('keepa-chart'), () => [at, balance], readout);
    chart.show();
    describe();
  }
  byId('keepa-chart').hidden = !keepa.heardAt;
  if (!byId('keepa-readout').textContent || !keepa.heardAt) readout(null, keepa);
  const wait = Date.parse(keepa.nextFreeAt) - now();
  figures(byId('keepa-figures'), [
    ['Balance', balanceOf(keepa), keepa.balance < 0 ? 'bad' : '', `of ${number(keepa.capacity)}`],
    ['Refill', number(keepa.refillRate), '', 'a minute'],
    ['Next free', wait <= 1000 ? 'now' : time(keepa.nextFreeAt), '', wait <= 1000 ? '' : `in ${duration(wait / 1000)}`],
    ['Waiting, interactive', number(keepa.waitingInteractive), keepa.waitingInteractive > 0 ? 'warn' : ''],
    ['Waiting, backfill', number(keepa.waitingBackfill)],
    ['Consumed', number(keepa.consumed)],
    ['Denied', number(keepa.denied)],
    ['Refused by Keepa', number(keepa.upstream429)],
  ]);
}

export function glance(keepa, toll) {
  text(toll.querySelector('strong'), balanceOf(keepa));
  text(toll.querySelector('.sub'), `tokens, ${number(keepa.refillRate)} more a minute`);
  const [level, words] = keepa.missing.length ? ['bad', 'Not set up']
    : keepa.waiting > 0 ? ['warn', `${number(keepa.waiting)} waiting`]
      : keepa.balance < 0 ? ['warn', 'In debt'] : ['good', 'Open'];
  chip(toll.querySelector('.chip'), level, words);
}

function balanceOf(keepa) {
  return keepa.heardAt ? number(keepa.balance) : '–';
}

function remember(second, value) {
  if (at.at(-1) === second) at.pop(), balance.pop();
  at.push(second);
  balance.push(value);
  const old = at.findIndex(point => point > second - HOUR);
  if (old > 0) at.splice(0, old), balance.splice(0, old);
}

function readout(index, keepa) {
  text(byId('keepa-readout'), keepa && !keepa.heardAt ? 'Keepa has not told its balance yet; it is known from the first answer on.'
    : index == null ? 'Below zero is debt: calls wait until the refill has paid it.'
      : `${time(at[index] * 1000)}: ${plural(balance[index], 'token')}`);
}

/** The line in words, not more often than anybody wants to hear it. */
function describe() {
  if (at.at(-1) - described < 15) return;
  described = at.at(-1);
  byId('keepa-chart').setAttribute('aria-label', `Balance over the last ${duration(at.at(-1) - at[0])}: now ${number(balance.at(-1))}, `
    + `lowest ${number(Math.min(...balance))}, highest ${number(Math.max(...balance))} tokens.`);
}
