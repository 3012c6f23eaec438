"use strict";
// What runs beside the page, so that it never stands still: unpacks generators and draws pictures.

/** Answers messages {task, …} with {task, …} or {task, error}; `send` gives the answers back. */
function drawer(send) {
  const networks = new Map(), sources = new Map();
  const load = (card, letters) => {
    const bytes = fromBase64(letters);
    if (bytes.length !== card.bytes || crc32(bytes) !== card.crc)
      throw new Error("This file was damaged on its way: fetch it again.");
    return bytes;
  };
  const work = {
    network: ({ number, card, letters }) => void networks.set(number, unpack(card, load(card, letters))),
    source: ({ number, card, letters }) =>
      void sources.set(number, new Source(card, load(card, letters), networks.get(card.parent), networks.get(card.child))),
    draw: ({ number, z, shares }) => sources.get(number).draw(z, shares),
  };
  return (message) => {
    try {
      const answer = work[message.do](message);
      send({ task: message.task, ...answer }, answer ? [answer.data.buffer] : []);
    } catch (error) {
      send({ task: message.task, error: error instanceof Error ? error.message : String(error) }, []);
    }
  };
}

// The page starts its workers from its own text: here it knows that it is one.
if (typeof document === "undefined") {
  const answer = drawer((message, owned) => self.postMessage(message, owned));
  self.onmessage = ({ data }) => answer(data);
}
