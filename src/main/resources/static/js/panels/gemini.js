// Gemini: what each company has used of what it bought, and the keys that pay.

import { patch, post } from '../api.js';
import { bar, byId, chip, el, figures, keyed, say, text } from '../dom.js';
import { compact, number, plural } from '../format.js';

const LEVELS = { Active: 'good', BelowThreshold: 'warn', Exceeded: 'bad', Expired: 'bad', Disabled: '' };
const WORDS = { BelowThreshold: 'Below threshold' };

/** Whether a token pays for calls to Gemini: no provider, or one that names Gemini or Google. */
const servesGemini = provider => /^\s*$|gemini|google/i.test(provider ?? '');

/** Companies with their tokens; of several tokens the sums count those that serve. */
export function companies(tokens) {
  const byCompany = new Map();
  tokens.filter(token => servesGemini(token.Provider)).forEach(token => {
    const company = byCompany.get(token.CompanyID) ?? { id: token.CompanyID, name: token.CompanyName, tokens: [] };
    company.tokens.push(token);
    byCompany.set(company.id, company);
  });
  return [...byCompany.values()].map(company => {
    const serving = company.tokens.filter(serves);
    const sum = field => (serving.length ? serving : company.tokens).reduce((total, token) => total + token[field], 0);
    const limit = sum('TotalTokenLimit');
    const used = sum('TotalUsedTokens');
    return { ...company, limit, used, left: limit - used, threshold: sum('Threshold'), served: serving.length > 0 };
  });
}

const serves = token => /^\s*active\s*$/i.test(token.Status ?? '');
const level = company => !company.served || company.left <= 0 ? 'bad' : company.left < company.threshold ? 'warn' : '';

let drift = null;

/** How far the books are apart: rows of usage against the sums of each token. */
export function showBooks(report) {
  drift = report.drift;
}

export function show(gemini, ledger) {
  figures(byId('gemini-figures'), [
    ['Calls', number(gemini.calls), '', 'since the start'],
    ['Retries', number(gemini.retries)],
    ['Breaker', gemini.breaker.toLowerCase().replace('_', ' '), gemini.breaker === 'CLOSED' ? '' : 'bad'],
    ['Spooled rows', number(gemini.spooled), gemini.spooled ? 'warn' : ''],
    ['Rejected', number(ledger.rejected), ledger.rejected ? 'bad' : '', 'records'],
    ['Ledger drift', drift === null ? '–' : number(drift), drift ? 'bad' : '', 'tokens'],
  ]);
  const replay = byId('replay-rejected');
  replay.hidden = ledger.rejected === 0;
  replay.onclick ??= () => replayRejected(replay);
}

async function replayRejected(button) {
  button.disabled = true;
  try {
    const { replayed, rejected } = await post('/admin/rejected/replay');
    say(`${plural(replayed, 'record', 'records')} went into the database, ${number(rejected)} are still refused.`);
  } catch (refused) {
    say(`Nothing was replayed: ${refused.message}`);
  } finally {
    button.disabled = false;
  }
}

const MOST = 300;

/** What is asked for: so many tokens at most, those that hold what the person looks for. */
export const tokensPath = () => `/admin/tokens?limit=${MOST}&q=${encodeURIComponent(byId('companies-search').value.trim())}`;

export function showTokens(tokens, changed, more) {
  const all = companies(tokens);
  byId('companies-more').hidden = !more;
  byId('companies-none').hidden = all.length > 0;
  keyed(byId('companies'), all, company => company.id, makeCompany, (item, company) => updateCompany(item, company, changed));
}

function makeCompany(company) {
  const head = ['Token', 'Status', 'Used', 'Left', 'Change'].map((name, index) =>
    el('th', { scope: 'col', className: index === 2 || index === 3 ? 'num' : '', textContent: name }));
  return el('div', { className: 'company' },
    el('div', { className: 'head' }, el('strong'), el('span', { className: 'sub-line' })),
    el('div', { className: 'bar' }),
    el('table', { className: 'tokens' }, el('caption', { className: 'sr', textContent: `Tokens of ${company.id}` }),
      el('thead', {}, el('tr', {}, ...head)), el('tbody')));
}

function updateCompany(item, company, changed) {
  const [head, used, table] = item.children;
  text(head.children[0], company.name ? `${company.id}, ${company.name}` : company.id);
  text(head.children[1], company.served ? `${compact(Math.max(0, company.left))} of ${compact(company.limit)} left, warns below ${compact(company.threshold)}`
    : 'refused: no token is active');
  bar(used, { part: company.used, whole: company.limit, label: `Tokens used by ${company.id}`, level: level(company),
    words: `${number(company.used)} of ${number(company.limit)} used`, mark: company.limit ? 1 - company.threshold / company.limit : null });
  keyed(table.tBodies[0], company.tokens, token => token.TokenID, token => makeToken(token, changed), updateToken);
}

function makeToken(token, changed) {
  const button = el('button', { type: 'button' }, el('span'), el('span', { className: 'sr', textContent: ` token ${token.TokenID} of ${token.CompanyID}` }));
  button.addEventListener('click', () => change(button, token, changed));
  const limit = el('input', { type: 'number', min: '1', step: '1', 'aria-label': `Limit of token ${token.TokenID} of ${token.CompanyID}` });
  const set = el('button', { type: 'button', textContent: 'Set' });
  set.addEventListener('click', () => raise(set, limit, token, changed));
  const cell = (label, ...children) => el('td', { className: 'num', 'data-label': label }, ...children);
  return el('tr', {}, el('td', {}, `${token.TokenID} `, el('code', { className: 'muted' })), el('td', {}, el('span', { className: 'chip' })),
    cell('Used'), cell('Left'), el('td', {}, button, el('details', {}, el('summary', { textContent: 'Limit' }), limit, set)));
}

function updateToken(row, token) {
  const [name, status, used, left, action] = row.cells;
  text(name.querySelector('code'), token.ApiKey ?? '');
  chip(status.firstChild, LEVELS[token.Status] ?? 'warn', WORDS[token.Status] ?? token.Status);
  text(used, number(token.TotalUsedTokens));
  text(left, number(token.TotalRemainingTokens));
  const limit = action.querySelector('input');
  if (document.activeElement !== limit && !limit.value) limit.value = token.TotalTokenLimit;
  const button = action.firstChild;
  button.dataset.next = serves(token) ? 'Disabled' : 'Active';
  text(button.children[0], serves(token) ? 'Disable' : 'Activate');
}

async function change(button, token, changed) {
  button.disabled = true;
  try {
    const after = await patch(`/admin/tokens/${token.TokenID}`, { Status: button.dataset.next });
    say(`Token ${token.TokenID} of ${token.CompanyID} is now ${after.Status}.`);
    await changed();
  } catch (refused) {
    say(`Nothing was changed: ${refused.message}`);
  } finally {
    button.disabled = false;
    button.focus();
  }
}

/** Another limit; a token that was exceeded serves again when it is above what was used. */
async function raise(button, limit, token, changed) {
  if (!limit.reportValidity() || limit.value === '') return;
  button.disabled = true;
  try {
    const after = await patch(`/admin/tokens/${token.TokenID}`, { TotalTokenLimit: Number(limit.value) });
    say(`Token ${token.TokenID} of ${token.CompanyID} may use ${number(after.TotalTokenLimit)}.`);
    await changed();
  } catch (refused) {
    say(`Nothing was changed: ${refused.message}`);
  } finally {
    button.disabled = false;
    button.focus();
  }
}

export function glance(gemini, tokens, toll) {
  const all = companies(tokens);
  const left = all.reduce((total, company) => total + (company.served ? Math.max(0, company.left) : 0), 0);
  text(toll.querySelector('strong'), compact(left));
  text(toll.querySelector('.sub'), `tokens left in ${plural(all.length, 'company', 'companies')}`);
  const [state, words] = gemini.breaker === 'OPEN' ? ['bad', 'Breaker open']
    : all.some(company => level(company) === 'bad') ? ['bad', 'Company refused']
      : all.some(company => level(company) === 'warn') ? ['warn', 'Nearly spent'] : all.length ? ['good', 'Open'] : ['', 'No company'];
  chip(toll.querySelector('.chip'), state, words);
}
