// Jobs of every API: how far each is, and what it waits for.

import { bar, byId, chip, el, keyed, text } from '../dom.js';
import { duration, number } from '../format.js';

const UNDER_WAY = ['queued', 'running', 'waiting'];

/** Jobs under way, and the one that ended last. */
export function show(jobs) {
  const open = jobs.filter(job => UNDER_WAY.includes(job.state));
  const shown = [...open, ...jobs.filter(job => !UNDER_WAY.includes(job.state)).slice(0, 1)];
  byId('jobs-none').hidden = shown.length > 0;
  keyed(byId('jobs'), shown, job => job.jobId,
    () => el('li', {}, el('div', { className: 'line' }, el('span'), el('span', { className: 'chip' })),
      el('div', { className: 'bar' }), el('p', { className: 'sub-line' })),
    (item, job) => {
      const [line, progress, note] = item.children;
      text(line.children[0], `${job.type} ${job.jobId.slice(0, 8)}`);
      chip(line.children[1], { failed: 'bad', waiting: 'warn', done: 'good', running: 'good' }[job.state] ?? '', job.state);
      bar(progress, { part: job.done + job.failed, whole: job.total, label: `Progress of job ${job.jobId.slice(0, 8)}`,
        words: `${number(job.done)} of ${number(job.total)} done`, level: job.state === 'failed' ? 'bad' : '' });
      text(note, [`${number(job.done)} of ${number(job.total)} done`, job.failed ? `${number(job.failed)} failed` : '',
        UNDER_WAY.includes(job.state) && job.etaSeconds != null ? `about ${duration(job.etaSeconds)} left` : '', job.message ?? '']
        .filter(Boolean).join(' · '));
    });
}
