// Requests to this gateway. The admin key, where one is asked for, lives in this module's memory and nowhere else.

import { byId, text } from './dom.js';

let key = null;
let skew = 0;
let login = null;

/** This gateway's clock, to the second, whatever the browser's says. */
export const now = () => Date.now() + skew;

/** What the gateway refused, in its own words. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** The gateway gave no answer at all. */
export class Unreachable extends Error {}

async function send(path, options, bearer) {
  const headers = { ...options.headers };
  if (bearer) headers.Authorization = `Bearer ${bearer}`;
  const response = await fetch(path, { cache: 'no-store', credentials: 'same-origin', ...options, headers }).catch(failure => {
    throw new Unreachable('The gateway does not answer.', { cause: failure });
  });
  const date = Date.parse(response.headers.get('Date'));
  if (!Number.isNaN(date) && Math.abs(date - Date.now()) > 2000) skew = date - Date.now();
  if (response.ok) return response;
  const said = await response.json().catch(() => ({}));
  throw new Refused(response.status, said.message ?? said.error ?? `The gateway answered ${response.status}.`);
}

/** Sends a request; where a key is asked for, asks the person for it and sends it again. */
export async function request(path, options = {}) {
  for (;;) {
    const used = key;
    try {
      return await send(path, options, used);
    } catch (refused) {
      if (refused.status !== 401 && !(refused.status === 403 && used)) throw refused;
      if (used === key) key = null;
      if (key === null) await ask();
    }
  }
}

export const get = async path => (await request(path)).json();

/** A page of a list, and whether there is another one. */
export const page = async path => {
  const answer = await request(path);
  return { rows: await answer.json(), more: answer.headers.has('X-Tollgate-Next') };
};

export const patch = async (path, body) => (await request(path,
  { method: 'PATCH', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } })).json();

export const post = async path => (await request(path, { method: 'POST' })).json();

/** Opens the login once, however many requests wait for it. */
function ask() {
  login ??= new Promise(resolve => {
    const dialog = byId('login');
    dialog.querySelector('form').onsubmit = async event => {
      event.preventDefault();
      if (await accepted(byId('key').value)) {
        login = null;
        dialog.close();
        resolve();
      }
    };
    dialog.oncancel = event => event.preventDefault();
    dialog.showModal();
    byId('key').focus();
  });
  return login;
}

async function accepted(entered) {
  const button = byId('login').querySelector('button');
  text(byId('login-error'), '');
  button.disabled = true;
  try {
    await send('/admin/tokens', {}, entered.trim());
    key = entered.trim();
    byId('key').value = '';
    byId('forget').hidden = false;
    return true;
  } catch (refused) {
    text(byId('login-error'), refused.status === 403 ? 'This key is not the admin key.' : refused.message);
    byId('key').select();
    return false;
  } finally {
    button.disabled = false;
  }
}
