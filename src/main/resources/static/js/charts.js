// uPlot in the page's own colours. A chart is made anew when the colour scheme changes.

import uPlot from '/webjars/uplot/dist/uPlot.esm.js';

const colour = name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const font = () => `12px ${getComputedStyle(document.body).fontFamily}`;

function axis(options) {
  return { stroke: colour('muted'), font: font(), grid: { stroke: colour('rule'), width: 1 }, ticks: { show: false }, ...options };
}

/** Keeps a chart as wide as its place and in the scheme's colours. build(width, height) gives options, data() the data. */
function living(place, build, data) {
  let plot = null;
  const make = () => {
    plot?.destroy();
    plot = new uPlot(build(place.clientWidth, place.clientHeight), data(), place);
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', make);
  new ResizeObserver(() => {
    if (plot && plot.width !== place.clientWidth) plot.setSize({ width: place.clientWidth, height: place.clientHeight });
  }).observe(place);
  return { show: () => plot ? plot.setData(data()) : make() };
}

/** Two colours that meet at zero: one for what there is, one for what is owed. */
function atZero(plot, above, below) {
  const { top, height } = plot.bbox;
  const zero = Math.min(1, Math.max(0, (plot.valToPos(0, 'y', true) - top) / height));
  const gradient = plot.ctx.createLinearGradient(0, top, 0, top + height);
  gradient.addColorStop(0, above);
  gradient.addColorStop(zero, above);
  gradient.addColorStop(zero, below);
  gradient.addColorStop(1, below);
  return gradient;
}

function zeroLine(plot) {
  const y = Math.round(plot.valToPos(0, 'y', true));
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = colour('muted');
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}

/** A balance over time, zero marked, debt shaded below it. onCursor gets the index under the pointer, or null. */
export function balanceChart(place, data, onCursor) {
  return living(place, (width, height) => ({
    width, height,
    padding: [8, 24, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    scales: { y: { range: (plot, min, max) => [Math.min(0, min * 1.15), Math.max(1, max * 1.1)] } },
    axes: [
      axis({ grid: { show: false }, size: 28, space: 64, values: [[3600, '{HH}:{mm}'], [60, '{HH}:{mm}'], [1, '{HH}:{mm}:{ss}']].map(
        ([step, form]) => [step, form, null, null, null, null, null, null, 1]) }),
      axis({ size: 48, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 50000] }),
    ],
    series: [{}, {
      label: 'Tokens', width: 2, points: { show: false },
      paths: uPlot.paths.stepped({ align: 1 }),
      stroke: plot => atZero(plot, colour('accent'), colour('bad')),
      fill: plot => atZero(plot, `${colour('accent')}1f`, `${colour('bad')}4d`),
      fillTo: 0,
    }],
    hooks: { draw: [zeroLine], setCursor: [plot => onCursor(plot.cursor.idx)] },
  }), data);
}

/** One bar a day. */
export function dayChart(place, data) {
  return living(place, (width, height) => ({
    width, height,
    padding: [8, 20, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { range: (plot, min, max) => [min - 43200, max + 43200] }, y: { range: (plot, min, max) => [0, Math.max(1, max * 1.1)] } },
    axes: [
      axis({ grid: { show: false }, size: 28, space: 56, incrs: [86400, 2 * 86400, 7 * 86400, 14 * 86400],
        values: (plot, splits) => splits.map(at => new Date(at * 1000).toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })) }),
      axis({ size: 52, values: (plot, splits) => splits.map(value => Intl.NumberFormat('en', { notation: 'compact' }).format(value)) }),
    ],
    series: [{}, { label: 'Tokens', fill: colour('accent'), width: 0, points: { show: false }, paths: uPlot.paths.bars({ size: [0.7, 28] }) }],
  }), data);
}
