// What needs a person now, worst first. Each entry says what to do about it.

import { companies } from './panels/gemini.js';
import { number, plural } from './format.js';

/** A finding of the routes without the folder's whole path and without how it is silenced, which stand at the routes. */
const brief = finding => (finding ?? '').replace(/^.*?([^/]+\/[^/]+:\d+: )(warning: )?/, '$1').replace(/ \(x-tollgate-allow: .*\)$/, '');

/**
 * Entries { id, level, words, href } for a snapshot, the tokens, the ledger's drift and what could not be read, in words. The
 * id of a need stays while its numbers change.
 */
export function needs(status, tokens, drift, unread) {
  const found = [];
  const add = (id, when, level, href, words) => when && found.push({ id, level, href, words });
  const { keepa, xai, spApi, gemini, ledger, routes } = status;

  for (const [name, href, section] of [['Keepa', '#keepa', keepa], ['xAI', '#xai', xai], ['SP-API', '#sp-api', spApi]]) {
    add(`setup ${name}`, section.missing.length, 'warn', href,
      `${name} is not set up: set ${section.missing.join(', ')} in the environment of the gateway.`);
  }
  add('xai-breaker', xai.breaker === 'OPEN', 'bad', '#xai', 'xAI keeps failing: its breaker is open and judgements fall back.');
  add('xai-count', xai.warning, 'warn', '#xai', `xAI’s calls of the day: ${xai.warning}`);
  add('xai-spent', xai.callsToday >= xai.dailyLimit, 'bad', '#xai', 'xAI’s calls of the day are spent: judgements fall back until the reset.');
  add('amazon', spApi.alarm, 'bad', '#sp-api', `Amazon refuses this application: ${spApi.alarm}`);
  add('secret', spApi.secretDaysLeft != null && spApi.secretDaysLeft <= 30, spApi.secretDaysLeft <= 7 ? 'bad' : 'warn', '#sp-api',
    `Amazon’s client secret ends in ${number(spApi.secretDaysLeft)} days: make a new one and set LWA_CLIENT_SECRET.`);
  spApi.sellers.forEach(seller => {
    add(`gone ${seller.sellerId}`, seller.state !== 'connected', 'bad', '#sp-api', `Seller ${seller.sellerId} must reconnect.`);
    add(`ends ${seller.sellerId}`, seller.consentEndsSoon, 'warn', '#sp-api', `The consent of seller ${seller.sellerId} ends soon: reconnect.`);
  });
  add('gemini-breaker', gemini.breaker === 'OPEN', 'bad', '#gemini', 'Gemini keeps failing: its breaker is open and invoices are refused.');
  add('spooled', gemini.spooled > 0, 'warn', '#gemini', `${number(gemini.spooled)} rows of usage wait on disk for the database.`);
  add('rejected', ledger.rejected > 0, 'bad', '#gemini', `The database refused ${number(ledger.rejected)} records of paid usage: mend the reason in spool/rejected.ndjson, then replay them.`);
  add('drift', drift, 'bad', '#gemini', `The ledger’s books differ by ${number(drift)} tokens: /status/reconcile says whose.`);
  new Set(unread).forEach(words => add(`unread ${words}`, true, 'bad', '#main', `Part of this page is not of now: ${words}`));
  companies(tokens).forEach(company => {
    add(`refused ${company.id}`, !company.served, 'bad', '#gemini', `${company.id} has no active token: its invoices are refused.`);
    add(`spent ${company.id}`, company.served && company.left <= 0, 'bad', '#gemini', `${company.id} has used all its tokens: raise a limit.`);
    add(`low ${company.id}`, company.served && company.left > 0 && company.left < company.threshold, 'warn', '#gemini',
      `${company.id} has ${number(company.left)} tokens left, less than its threshold.`);
  });
  add('routes', routes.lastRejected, 'bad', '#routes', `The last edit of the routes was rejected. ${brief(routes.lastRejected?.errors[0])}`);
  add('warnings', routes.warnings.length, 'warn', '#routes',
    `${plural(routes.warnings.length, 'warning')} about the routes: ${brief(routes.warnings[0])}`);
  return found.sort((a, b) => (b.level === 'bad') - (a.level === 'bad'));
}
