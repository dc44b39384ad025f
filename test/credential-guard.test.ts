import { createServer, request, RequestListener, RequestOptions } from 'node:http';
import { watch } from './credential-guard';
import { listen, LocalServer } from '../emulator/local-server';
import { runProcess } from '../emulator/run-process';

/** What the guard that every test is under says of clients that are careless. */

const PASSWORD = 'Basic cm9ib3Q6c3dvcmRmaXNo';
const servers: LocalServer[] = [];

afterEach(() => Promise.all(servers.splice(0).map(server => server.stop())));

async function start(answer: RequestListener, address?: string): Promise<string> {
  const server = await listen(createServer(answer), address);
  servers.push(server);
  return server.url;
}

const ask = (url: string, options: RequestOptions = {}, body?: string) => new Promise<void>((resolve, reject) =>
  request(new URL(url), options, response => response.resume().on('end', resolve)).on('error', reject).end(body));

const signIn = { headers: { authorization: PASSWORD } };
const wants = (challenge: string): RequestListener => (_, response) => response.writeHead(401, { 'www-authenticate': challenge }).end();

test('who asked for it may get a credential, and the token server that it names', async () => {
  const tokens = await start((_, response) => response.end());
  const registry = await start(wants(`Bearer realm="${tokens}/token",service="x"`));
  await ask(registry);
  await ask(`${tokens}/token`, signIn);
  await ask(`${tokens}/token`, { method: 'POST' }, 'grant_type=refresh_token&refresh_token=identity');
  await ask(registry, signIn);
  expect(watch.takeViolations()).toEqual([]);
});

test('who did not ask may get none', async () => {
  const registry = await start((_, response) => response.end());
  await ask(`${registry}/v2/`, signIn);
  expect(watch.takeViolations()).toContain(`a credential went to ${registry}/v2/, which no registry asked for`);
});

test.each(['password=swordfish', 'grant_type=refresh_token&refresh_token=identity'])('%s is a credential', async form => {
  const registry = await start((_, response) => response.end());
  await ask(`${registry}/token`, { method: 'POST' }, form);
  expect(watch.takeViolations()).toContain(`a credential went to ${registry}/token, which no registry asked for`);
});

test('whoever a redirect leads to may get none, nor name who does', async () => {
  const tokens = await start((_, response) => response.end());
  const thief = await start(wants(`Bearer realm="${tokens}/token"`));
  const registry = await start((request_, response) => request_.headers.authorization
    ? response.writeHead(307, { location: `${thief}/image` }).end()
    : wants('Basic')(request_, response));
  await ask(registry);
  await ask(registry, signIn);
  expect(watch.takeViolations()).toEqual([]);
  await ask(`${thief}/image`, signIn);
  await ask(`${tokens}/token`, signIn);
  expect([...new Set(watch.takeViolations())]).toEqual([
    `a credential followed a redirect to ${thief}/image`, `a credential went to ${tokens}/token, which no registry asked for`,
  ]);
});

test('nobody elsewhere may get one in plain text', async () => {
  const registry = await start(wants('Basic'), '127.0.0.2');
  await ask(registry);
  await ask(registry, signIn);
  expect(watch.takeViolations()).toContain(`a credential went to ${registry}/ in plain text`);
});

test('a process of its own is seen too', async () => {
  const registry = await start((request_, response) => request_.resume().on('end', () => response.end()));
  const careless = `require('http').request('${registry}/a', { headers: { authorization: '${PASSWORD}' } }).end();
    require('http').request('${registry}/b', { method: 'POST' }).end('password=swordfish');`;
  await runProcess(process.execPath, ['-e', careless], {});
  expect(watch.takeViolations().sort()).toEqual(['a', 'b'].map(path => `a credential went to ${registry}/${path}, which no registry asked for`));
});
