// A stock ActivityPub server made of Fedify, as the other side of our federation tests.
//
// It serves one actor on loopback and takes one JSON command per line on stdin; each is answered
// by one JSON line on stdout: {"id": n, "result": …} or {"id": n, "error": "…"}.
globalThis.navigator ??= { userAgent: "Node.js/20" }; // Fedify's one need beyond Node 20

const { createServer } = await import("node:http");
const { createInterface } = await import("node:readline");
const {
  createFederation,
  exportJwk,
  generateCryptoKeyPair,
  MemoryKvStore,
  signObject,
  verifyObject,
  verifyRequest,
} = await import("@fedify/fedify");
const {
  Create,
  Delete,
  Endpoints,
  lookupObject,
  Note,
  Object: ActivityStreamsObject,
  Person,
} = await import("@fedify/vocab");
const { getDocumentLoader } = await import("@fedify/vocab-runtime");

const keys = [];
const received = [];
const federation = createFederation({ kv: new MemoryKvStore(), allowPrivateAddress: true });
federation
  .setActorDispatcher("/users/{identifier}", async (context, identifier) => {
    const pairs = await context.getActorKeyPairs(identifier);
    return new Person({
      id: context.getActorUri(identifier),
      preferredUsername: identifier,
      name: "Faye",
      inbox: context.getInboxUri(identifier),
      endpoints: new Endpoints({ sharedInbox: context.getInboxUri() }),
      publicKey: pairs[0].cryptographicKey,
      assertionMethods: pairs.map((pair) => pair.multikey),
    });
  })
  .setKeyPairsDispatcher(() => keys);
federation
  .setInboxListeners("/users/{identifier}/inbox", "/inbox")
  .on(Create, async (context, create) => received.push(await seen(context, create)))
  .on(Delete, async (context, gone) => received.push(await seen(context, gone)));

async function seen(_context, activity) {
  const object = await activity.getObject({ suppressError: true });
  return {
    type: activity.constructor.name,
    actor: activity.actorId?.href,
    object: activity.objectId?.href ?? object?.id?.href,
    content: object?.content?.toString(),
  };
}

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = ["GET", "HEAD"].includes(request.method) ? undefined : Buffer.concat(chunks);
  const url = `http://${request.headers.host}${request.url}`;
  const answer = await federation.fetch(
    new Request(url, { method: request.method, headers: request.headers, body }),
    { contextData: undefined },
  );
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(Buffer.from(await answer.arrayBuffer()));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const base = `http://127.0.0.1:${server.address().port}`;
const context = () => federation.createContext(new URL(base), undefined);
const loader = getDocumentLoader({ allowPrivateAddress: true });
const loaders = { documentLoader: loader, contextLoader: loader };

function reply({ noteId, to, content, name }) {
  const author = context().getActorUri("faye");
  return new Create({
    id: new URL(`${base}/activities/${name}`),
    actor: author,
    to: new URL(to),
    object: new Note({
      id: new URL(`${base}/notes/${name}`),
      attribution: author,
      replyTarget: new URL(noteId),
      to: new URL(to),
      content,
    }),
  });
}

const commands = {
  async start({ rsa }) {
    if (rsa) keys.push(await generateCryptoKeyPair("RSASSA-PKCS1-v1_5"));
    keys.push(await generateCryptoKeyPair("Ed25519"));
    const ours = keys.at(-1);
    const { x } = await exportJwk(ours.publicKey);
    return { base, actor: `${base}/users/faye`, inbox: `${base}/users/faye/inbox`, key: x };
  },
  async lookup({ url }) {
    const actor = await lookupObject(url, { ...loaders, allowPrivateAddress: true });
    if (actor === null) return null;
    const methods = [];
    for await (const method of actor.getAssertionMethods(loaders)) methods.push(method.id.href);
    return {
      type: actor.constructor.name,
      id: actor.id.href,
      name: actor.name?.toString(),
      username: actor.preferredUsername?.toString(),
      inbox: actor.inboxId?.href,
      aliases: actor.aliasIds?.map((alias) => alias.href),
      methods,
    };
  },
  async verify({ document }) {
    const object = await verifyObject(ActivityStreamsObject, document, loaders);
    return object === null ? null : { type: object.constructor.name, id: object.id?.href };
  },
  async verifyRequest({ url, headers, body }) {
    const request = new Request(url, { method: "POST", headers, body });
    const key = await verifyRequest(request, { ...loaders, timeWindow: false });
    return key?.id?.href ?? null;
  },
  async sign(what) {
    const pair = (await context().getActorKeyPairs("faye")).at(-1);
    const signed = await signObject(reply(what), pair.privateKey, pair.multikey.id, loaders);
    return await signed.toJsonLd({ format: "compact", ...loaders });
  },
  async send({ recipient, inbox, ...what }) {
    await context().sendActivity(
      { identifier: "faye" },
      { id: new URL(recipient), inboxId: new URL(inbox) },
      reply(what),
      { immediate: true },
    );
    return true;
  },
  received: () => Promise.resolve(received.splice(0)),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { id, command, ...rest } = JSON.parse(line);
  try {
    process.stdout.write(`${JSON.stringify({ id, result: (await commands[command](rest)) ?? null })}\n`);
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ id, error: String(error?.stack ?? error) })}\n`);
  }
}
server.closeAllConnections();
server.close();
process.exit(0);
