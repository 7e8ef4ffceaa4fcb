// The page: reads the snapshots as they come and hands each panel its part.

import { Refused, Unreachable, get, page } from './api.js';
import { byId, chip, el, keyed, say, text } from './dom.js';
import { watch } from './live.js';
import { needs } from './needs.js';
import * as apis from './panels/apis.js';
import * as gemini from './panels/gemini.js';
import * as jobs from './panels/jobs.js';
import * as keepa from './panels/keepa.js';
import * as routes from './panels/routes.js';
import * as spApi from './panels/sp-api.js';
import * as usage from './panels/usage.js';
import * as xai from './panels/xai.js';

const LINKS = { live: ['good', 'Live'], polling: ['warn', 'Polling'], lost: ['bad', 'Gateway not reached'] };

let status = null;
let tokens = [];
let link = null;
let generation = null;
let told = null;
let drift = 0;
const unread = new Map();

function show(snapshot) {
  follow(status, snapshot);
  status = snapshot;
  text(byId('node'), status.node);
  keepa.show(status.keepa);
  xai.show(status.xai);
  spApi.show(status.spApi);
  gemini.show(status.gemini, status.ledger);
  routes.show(status.routes);
  apis.show(status.apis, status.kit);
  keepa.glance(status.keepa, byId('toll-keepa'));
  xai.glance(status.xai, byId('toll-xai'));
  spApi.glance(status.spApi, byId('toll-sp-api'));
  summarise();
  const served = `${status.routes.generation} ${status.routes.since}`;
  if (served !== generation) {
    generation = served;
    attempt(ROUTES);
  }
}

/** What depends on the tokens as well as on the snapshot. */
function summarise() {
  if (!status) return;
  gemini.glance(status.gemini, tokens, byId('toll-gemini'));
  const open = needs(status, tokens, drift, unread.values());
  keyed(byId('needs'), open, need => need.id, need => el('li', {}, el('a', { href: need.href })),
    (item, need) => chip(item.firstChild, need.level, need.words));
  byId('needs-none').hidden = open.length > 0;
  text(byId('needs-none'), 'Nothing. Every toll is as it should be.');
  const ids = open.map(need => need.id).join(' ');
  if (ids !== told) say(open.map(need => need.words).join(' ') || 'Nothing needs you.');
  told = ids;
}

function showLink(state) {
  if (state === link) return;
  if (link !== null && (state === 'lost' || link === 'lost')) say(LINKS[state][1]);
  link = state;
  document.body.dataset.link = state;
  chip(byId('link'), ...LINKS[state]);
}

async function showTokens() {
  const found = await page(gemini.tokensPath());
  tokens = found.rows;
  gemini.showTokens(tokens, showTokens, found.more);
  summarise();
}

async function showBooks() {
  const report = await get('/status/reconcile?limit=1');
  drift = report.drift;
  gemini.showBooks(report);
}

const PAST = { read: keepa.past };
const ROUTES = { read: async () => routes.showFiles(await get('/admin/routes')) };
const READS = [
  { every: 2, read: async () => jobs.show(await get('/jobs')) },
  { every: 2, read: async () => apis.showCallers(await get('/admin/callers')) },
  { every: 5, read: showTokens, follows: true },
  { every: 30, read: async () => usage.show(await get('/admin/usage')), follows: true },
  { every: 10, read: async () => usage.showFailures(await get('/admin/failures')), follows: true },
  { every: 5, read: async () => usage.showErrors(await get('/admin/errors')) },
  { every: 60, read: showBooks },
];

/** What is no part of the snapshot is asked for now and then while somebody looks, and soon after a call to Gemini. */
async function reread(source) {
  for (;;) {
    if (!document.hidden) await attempt(source);
    await new Promise(resolve => {
      const timer = setTimeout(resolve, source.every * 1000);
      source.soon = () => {
        clearTimeout(timer);
        setTimeout(resolve, 500); // the rows of the call that is just being answered come with it
      };
    });
  }
}

/** What the gateway refuses is told; that it is away, the link's state tells. */
async function attempt(source) {
  try {
    await source.read();
    unread.delete(source);
  } catch (failure) {
    if (failure instanceof Refused) unread.set(source, failure.message);
    else if (!(failure instanceof Unreachable)) reportError(failure);
  }
}

function follow(before, now) {
  if (before && before.gemini.calls !== now.gemini.calls) READS.filter(source => source.follows).forEach(source => source.soon?.());
}

byId('companies-search').addEventListener('change', () => attempt({ read: showTokens }));
byId('forget').addEventListener('click', () => location.reload());
attempt(PAST).then(() => {
  watch(show, showLink);
  READS.forEach(reread);
});
