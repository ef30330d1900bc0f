// Chats with the server and shows how the KV cache of each request moves.
import { drawTimeline } from "./timeline.js";
import { bytes, figures, gbit, millis } from "./figures.js";

const $ = (id) => document.getElementById(id);

// What is said, as the server wants it.
let conversation = [];
// What the page calls its requests, and their questions.
const questions = new Map();
// All requests that the server has told of, by their ids.
const transfers = new Map();
let selected = null;
let model = null;
let running = null;

// The chat

function addMessage(role, text) {
	const item = document.createElement("li");
	item.className = role;
	item.textContent = text;
	$("messages").append(item);
	item.scrollIntoView({ block: "end" });
	return item;
}

async function* events(response) {
	const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
	let rest = "";
	for (;;) {
		const { value, done } = await reader.read();
		if (done) {
			return;
		}
		const lines = (rest + value).split("\n");
		rest = lines.pop();
		for (const line of lines) {
			if (line.startsWith("data:")) {
				yield line.slice(5).trim();
			}
		}
	}
}

async function ask(question) {
	const clientId = "page-" + crypto.randomUUID();
	questions.set(clientId, question);
	conversation.push({ role: "user", content: question });
	addMessage("user", question);
	const item = addMessage("assistant", "");
	item.classList.add("running");
	running = new AbortController();
	showRunning();
	let answer = "";
	let ended = "";
	try {
		const response = await fetch("/v1/chat/completions", {
			method: "POST",
			signal: running.signal,
			headers: { "Content-Type": "application/json", "X-Client-Request-Id": clientId },
			body: JSON.stringify({
				model,
				messages: conversation,
				stream: true,
				max_tokens: Number($("max").value),
				temperature: Number($("temperature").value),
			}),
		});
		if (!response.ok) {
			throw new Error((await response.json()).error.message);
		}
		for await (const data of events(response)) {
			if (data === "[DONE]") {
				break;
			}
			const chunk = JSON.parse(data);
			if (chunk.error) {
				throw new Error(chunk.error.message);
			}
			answer += chunk.choices[0]?.delta.content ?? "";
			ended = chunk.choices[0]?.finish_reason ?? ended;
			item.textContent = answer;
			item.scrollIntoView({ block: "end" });
		}
		conversation.push({ role: "assistant", content: answer });
	} catch (failure) {
		if (failure.name === "AbortError") {
			item.textContent = answer + " (stopped)";
			conversation.push({ role: "assistant", content: answer });
		} else {
			item.classList.add("failed");
			item.textContent = failure.message;
			conversation.pop();
		}
	} finally {
		item.classList.remove("running");
		item.dataset.ended = ended;
		running = null;
		showRunning();
	}
}

function showRunning() {
	$("stop").hidden = running === null;
	$("send").hidden = running !== null;
	$("hint").hidden = conversation.length > 0;
}

$("form").addEventListener("submit", (event) => {
	event.preventDefault();
	const question = $("question").value.trim();
	if (question && model && running === null) {
		$("question").value = "";
		ask(question);
	}
});

$("question").addEventListener("keydown", (event) => {
	if (event.key === "Enter" && !event.shiftKey) {
		event.preventDefault();
		$("form").requestSubmit();
	}
});

$("stop").addEventListener("click", () => running?.abort());

$("new").addEventListener("click", () => {
	running?.abort();
	conversation = [];
	$("messages").replaceChildren();
	showRunning();
	$("question").focus();
});

// The transfers

function name(transfer) {
	return questions.get(transfer.clientId) ?? transfer.id.replace("chatcmpl-", "").slice(0, 8);
}

function showTransfer() {
	const transfer = transfers.get(selected);
	const pairs = figures(transfer);
	$("figures").replaceChildren(...pairs.map(([title, value]) => {
		const box = document.createElement("div");
		const term = document.createElement("dt");
		const text = document.createElement("dd");
		term.textContent = title;
		text.textContent = value;
		box.append(term, text);
		return box;
	}));
	drawTimeline($("timeline"), transfer);
}

function showRequests() {
	const newest = [...transfers.values()].sort((a, b) => b.begun - a.begun).slice(0, 20);
	$("requests").replaceChildren(...newest.map((transfer) => {
		const row = document.createElement("tr");
		row.tabIndex = 0;
		row.setAttribute("aria-selected", String(transfer.id === selected));
		const cells = [name(transfer), transfer.state.toLowerCase(), transfer.promptTokens + " tokens",
			bytes(transfer.bytes), gbit(transfer.gbitPerSecond), millis(transfer.firstToken)];
		for (const text of cells) {
			row.insertCell().textContent = text;
		}
		row.title = transfer.failure ?? transfer.id;
		const select = () => {
			selected = transfer.id;
			showTransfer();
			showRequests();
		};
		row.addEventListener("click", select);
		row.addEventListener("keydown", (event) => event.key === "Enter" && select());
		return row;
	}));
}

function follow() {
	const source = new EventSource("/api/transfers");
	source.onopen = () => {
		$("connection").hidden = true;
	};
	source.onerror = () => {
		$("connection").hidden = false;
	};
	source.onmessage = (event) => {
		for (const transfer of JSON.parse(event.data)) {
			if (!transfers.has(transfer.id)) {
				selected = transfer.id;
			}
			transfers.set(transfer.id, transfer);
			$("mode").hidden = false;
			$("mode").textContent = transfer.mode.toLowerCase();
		}
		while (transfers.size > 50) {
			transfers.delete(transfers.keys().next().value);
		}
		showTransfer();
		showRequests();
	};
}

async function start() {
	showTransfer();
	follow();
	const list = await (await fetch("/v1/models")).json();
	model = list.data[0].id;
	$("model").textContent = model;
}

start();
