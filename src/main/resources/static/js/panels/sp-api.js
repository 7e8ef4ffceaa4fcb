// SP-API: who is connected, how fresh each token is, and the way to connect again.

import { now, post } from '../api.js';
import { bar, byId, chip, el, figures, keyed, say, text } from '../dom.js';
import { duration, fullDate, number, plural } from '../format.js';

const TOKEN_LIFE = 3600;
const gone = seller => seller.state !== 'connected';

export function show(spApi) {
  const days = spApi.secretDaysLeft;
  figures(byId('sp-api-figures'), [
    ['Client secret', days == null ? 'not tracked' : days < 0 ? 'ended' : plural(days, 'day'),
      days == null ? '' : days <= 7 ? 'bad' : days <= 30 ? 'warn' : '', days == null || days < 0 ? '' : 'left'],
    ['Tokens renewed', number(spApi.refreshes)],
  ]);
  byId('sp-api-figures').title = days == null ? 'Set tollgate.sp-api.secret-rotated-at for the countdown.' : '';
  const more = spApi.sellerCount - spApi.sellers.length;
  byId('sellers-none').hidden = spApi.sellers.length > 0 && more === 0;
  if (more > 0) {
    text(byId('sellers-none'), `${plural(more, 'more row')}, connected: GET /sellers lists and searches all.`);
  }
  byId('connect').disabled = spApi.missing.length > 0;
  keyed(byId('sellers'), spApi.sellers, seller => seller.sellerId, make, update);
}

function make(seller) {
  const again = el('button', { type: 'button' }, 'Reconnect', el('span', { className: 'sr', textContent: ` ${seller.sellerId} (opens Amazon’s page in a new tab)` }));
  again.addEventListener('click', () => connect(again, seller));
  return el('li', {}, el('div', { className: 'line' }, el('code', { textContent: seller.sellerId }), el('span', { className: 'chip' })),
    el('div', { className: 'bar thin' }), el('p', { className: 'sub-line' }), again);
}

function update(item, seller) {
  const [line, freshness, note] = item.children;
  chip(line.children[1], gone(seller) ? 'bad' : seller.consentEndsSoon ? 'warn' : 'good', gone(seller) ? 'reconnect needed' : 'connected');
  const left = seller.accessTokenExpiresAt ? Math.max(0, (Date.parse(seller.accessTokenExpiresAt) - now()) / 1000) : 0;
  const token = left > 0 ? `token fresh for ${duration(left)}` : 'no token now; one is fetched when it is needed';
  bar(freshness, { part: Math.min(left, TOKEN_LIFE), whole: TOKEN_LIFE, label: `Token of ${seller.sellerId}`, words: token });
  text(note, [gone(seller) ? seller.lastError ?? 'Amazon no longer accepts the consent.' : token,
    `${seller.region}, consent until ${fullDate(seller.consentEndsAt)}`].join(' · '));
}

/** Opens Amazon's page in a tab of its own, so that this one shows what comes of it. */
async function connect(button, seller) {
  const tab = window.open('about:blank', '_blank');
  button.disabled = true;
  try {
    const marketplace = seller?.marketplaces?.[0];
    const { url } = await post(`/connect${marketplace ? `?marketplace=${encodeURIComponent(marketplace)}` : ''}`);
    if (tab) {
      tab.opener = null;
      tab.location = new URL(url, location.href);
    } else {
      location.assign(url);
    }
  } catch (refused) {
    tab?.close();
    say(refused.message);
    text(byId('sellers-none'), refused.message);
    byId('sellers-none').hidden = false;
  } finally {
    button.disabled = false;
  }
}

byId('connect').addEventListener('click', () => connect(byId('connect')));

export function glance(spApi, toll) {
  const connected = spApi.sellerCount - spApi.reconnectNeeded;
  text(toll.querySelector('strong'), number(connected));
  text(toll.querySelector('.sub'), connected === spApi.sellerCount ? `${connected === 1 ? 'seller' : 'sellers'} connected`
    : `of ${plural(spApi.sellerCount, 'seller')} connected`);
  const [level, words] = spApi.missing.length ? ['bad', 'Not set up'] : spApi.alarm ? ['bad', 'Refused']
    : spApi.reconnectNeeded > 0 ? ['bad', 'Reconnect'] : spApi.sellers.length ? ['good', 'Open'] : ['', 'No seller'];
  chip(toll.querySelector('.chip'), level, words);
}
