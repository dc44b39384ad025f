import { createServer } from 'node:http';
import { listen } from '../../../emulator/local-server';
import { Registries } from '../../../src/cli/lookup/registries';
import { resolvePins } from '../../../src/cli/lookup/resolve-pins';

test('a registry that does not answer is not asked for one image after the other', async () => {
  let time = 0;
  const clock = {
    now: () => time,
    sleep: async (milliseconds: number) => {
      time += milliseconds;
    },
  };
  const { url, stop } = await listen(createServer());
  await stop();
  const { host } = new URL(url);
  const requests = Array.from({ length: 20 }, (_, index) => ({ key: `image-digest:oci:${encodeURIComponent(host)}:api:v${index}` }));
  const answers = await resolvePins(requests, new Registries({ env: {} }), clock);
  const messages = [...answers.values()].map(answer => (answer as Error).message);
  expect(messages).toHaveLength(20);
  expect(messages.filter(message => message.includes(`${host} does not answer for other images`))).toHaveLength(12);
  expect(messages.slice(12)).toContain(`'${host}/api:v19' was not asked for: ${host} does not answer for other images; try again`);
});
