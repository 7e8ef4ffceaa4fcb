// Snapshots of /status as they come: streamed, or asked for now and then where the stream does not get through.

import { get, request } from './api.js';

const POLL_EVERY = 2000;
const POLLS_BEFORE_NEXT_TRY = 15;
const LONGEST_SILENCE = 10_000;

const pause = millis => new Promise(resolve => setTimeout(resolve, millis));

/** Calls show with each snapshot and onState with live, polling or lost, for as long as the page is open. */
export async function watch(show, onState) {
  const onSnapshot = snapshot => {
    try {
      show(snapshot);
    } catch (failure) {
      reportError(failure); // the page's own fault says nothing about the line
    }
  };
  for (;;) {
    if (await streamed(onSnapshot, onState)) continue;
    let lost = false;
    for (let poll = 0; poll < POLLS_BEFORE_NEXT_TRY; poll++) {
      try {
        onSnapshot(await get('/status'));
        if (lost) break; // it is back, and perhaps its streams are
        onState('polling');
      } catch {
        lost = true;
        onState('lost');
      }
      await pause(POLL_EVERY);
    }
  }
}

/** Reads one stream to its end; whether it gave anything. */
async function streamed(onSnapshot, onState) {
  let events = 0;
  const silence = new AbortController();
  let timer = null;
  try {
    const response = await request('/status/events', { headers: { Accept: 'text/event-stream' }, signal: silence.signal });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = ''; ;) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), LONGEST_SILENCE); // a line that is cut often says nothing
      const { value, done } = await reader.read();
      if (done) return events > 0;
      const parts = (rest + value).split('\n\n');
      rest = parts.pop();
      for (const event of parts.filter(part => part.startsWith('data: '))) {
        events++;
        onState('live');
        onSnapshot(JSON.parse(event.slice('data: '.length)));
      }
    }
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
