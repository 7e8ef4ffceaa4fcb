// xAI: how much of the day is left, and what the cache saves.

import { now } from '../api.js';
import { bar, byId, chip, figures, text } from '../dom.js';
import { dollars, duration, number } from '../format.js';

const level = xai => xai.callsToday >= xai.dailyLimit ? 'bad' : xai.callsToday >= 0.8 * xai.dailyLimit ? 'warn' : '';

export function show(xai) {
  const asked = xai.cacheHits + xai.cacheMisses;
  bar(byId('xai-bar'), { part: xai.callsToday, whole: xai.dailyLimit, label: 'Calls to xAI today', level: level(xai),
    words: `${number(xai.callsToday)} of ${number(xai.dailyLimit)}` });
  figures(byId('xai-figures'), [
    ['Calls', number(xai.callsToday), level(xai), `of ${number(xai.dailyLimit)}`],
    ['Resets in', duration((Date.parse(xai.resetsAt) - now()) / 1000)],
    ['Cost today', dollars(xai.costTodayInUsdTicks)],
    ['Cache hits', number(xai.cacheHits), '', asked ? `${Math.round(100 * xai.cacheHits / asked)} %` : ''],
    ['Misses', number(xai.cacheMisses)],
    ['Fallbacks', number(xai.fallbacks), xai.fallbacks ? 'warn' : ''],
    ['Answers kept', number(xai.cacheEntries)],
    ['Questions of people', number(xai.learnedToday), '', 'today'],
    ['Breaker', xai.breaker.toLowerCase().replace('_', ' '), xai.breaker === 'CLOSED' ? '' : 'bad'],
  ]);
}

export function glance(xai, toll) {
  const left = Math.max(0, xai.dailyLimit - xai.callsToday);
  text(toll.querySelector('strong'), number(left));
  text(toll.querySelector('.sub'), `of ${number(xai.dailyLimit)} calls left today`);
  const [state, words] = xai.missing.length ? ['bad', 'Not set up'] : xai.breaker === 'OPEN' ? ['bad', 'Breaker open']
    : left === 0 ? ['bad', 'Spent'] : level(xai) ? ['warn', 'Nearly spent'] : ['good', 'Open'];
  chip(toll.querySelector('.chip'), state, words);
}
