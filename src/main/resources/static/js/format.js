// Numbers and times as the page writes them.

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

const minus = formatted => formatted.replace('-', '−');

export const number = value => minus(whole.format(value));
export const compact = value => Math.abs(value) < 10_000 ? number(value) : minus(short.format(value));
export const time = at => clock.format(new Date(at));
export const shortDay = at => day.format(new Date(at));
export const fullDate = at => date.format(new Date(at));
export const plural = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

/** Today a time, earlier a day and a time. */
export function moment(at) {
  const when = new Date(at);
  return when.toDateString() === new Date().toDateString() ? time(when) : `${shortDay(when)}, ${time(when).slice(0, 5)}`;
}

/** 59 s, 4 m 05 s, 3 h 12 m, 12 days. */
export function duration(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} m ${String(s % 60).padStart(2, '0')} s`;
  if (s < 2 * 86400) return `${Math.floor(s / 3600)} h ${String(Math.floor(s % 3600 / 60)).padStart(2, '0')} m`;
  return `${Math.floor(s / 86400)} days`;
}

/** xAI names prices in 1/10,000,000,000 US dollar. */
export function dollars(ticks) {
  const usd = ticks / 1e10;
  return `$${usd.toFixed(usd > 0 && usd < 0.1 ? 4 : 2)}`;
}
