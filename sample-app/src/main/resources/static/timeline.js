// Draws when each layer of a prompt was computed and when it moved.

const WIDTH = 720;
const LEFT = 34;
const RIGHT = 24;
const TOP = 6;
const BOTTOM = 20;
const ROW = 9;

function add(parent, kind, attributes, text) {
	const element = document.createElementNS("http://www.w3.org/2000/svg", kind);
	for (const [key, value] of Object.entries(attributes)) {
		element.setAttribute(key, value);
	}
	if (text !== undefined) {
		element.textContent = text;
	}
	parent.append(element);
	return element;
}

// A step of 1, 2 or 5 times a power of ten that divides a time into a handful of parts.
function step(time) {
	const rough = time / 6;
	const power = 10 ** Math.floor(Math.log10(rough));
	return [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough);
}

export function drawTimeline(svg, transfer) {
	const layers = transfer?.computed.length ?? 30;
	const height = TOP + layers * ROW + BOTTOM;
	svg.replaceChildren();
	svg.setAttribute("viewBox", `0 0 ${WIDTH} ${height}`);
	const last = transfer ? Math.max(...transfer.computed, ...transfer.moved, transfer.firstToken ?? 0) : 0;
	const end = Math.max(last * 1.02, 1000);
	const x = (time) => LEFT + ((WIDTH - LEFT - RIGHT) * time) / end;
	const y = (layer) => TOP + layer * ROW;

	for (let time = 0; time <= end; time += step(end)) {
		add(svg, "line", { class: "grid", x1: x(time), x2: x(time), y1: TOP, y2: y(layers) });
		const label = step(end) < 1000 ? (time / 1000).toFixed(1) : Math.round(time / 1000);
		add(svg, "text", { x: x(time), y: height - 6, "text-anchor": "middle" }, `${label} ms`);
	}
	for (let layer = 0; layer < layers; layer += 5) {
		add(svg, "text", { x: LEFT - 6, y: y(layer) + ROW - 1, "text-anchor": "end" }, layer);
	}
	if (!transfer) {
		return;
	}
	let before = 0;
	for (let layer = 0; layer < layers; layer++) {
		const computed = transfer.computed[layer];
		if (computed >= 0) {
			bar(svg, "computed", x(before), x(computed), y(layer), `layer ${layer}: computed`, before, computed);
			before = computed;
		}
		const moved = transfer.moved[layer];
		if (moved >= 0) {
			const sent = transfer.sent[layer];
			bar(svg, "moved", x(sent), x(moved), y(layer), `layer ${layer}: moved`, sent, moved);
		}
	}
	if (transfer.firstToken !== undefined) {
		const at = x(transfer.firstToken);
		add(svg, "line", { class: "token", x1: at, x2: at, y1: TOP, y2: y(layers) });
	}
}

function bar(svg, kind, from, to, top, title, begin, end) {
	const rectangle = add(svg, "rect", {
		class: kind, x: from, y: top + 1, width: Math.max(to - from, 1.5), height: ROW - 2, rx: 1.5,
	});
	add(rectangle, "title", {}, `${title}, ${(begin / 1000).toFixed(2)} to ${(end / 1000).toFixed(2)} ms`);
}
