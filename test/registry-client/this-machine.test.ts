import { isLoopback, isThisMachine } from '../../src/registry-client/this-machine';
import { isPrivate } from '../../src/registry-client/transport';

test.each(['localhost', 'LOCALHOST:5000', 'localhost.', '127.0.0.1', '127.1', '2130706433', '[::1]', '[0:0:0:0:0:0:0:1]:5000', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]'])(
  '%s is this machine', host => {
    const url = new URL(`http://${host}`);
    expect([isLoopback(url), isThisMachine(url), isPrivate(url)]).toEqual([true, true, true]);
  });

test.each(['127.0.0.2', '127.255.255.254:5000', '[::ffff:7fff:1]', 'registry.localhost', 'a.b.localhost.:5000', '0.0.0.0', '0', '[::]', '[::ffff:0.0.0.0]'])('%s may be this machine, and is not asked by plain HTTP', host => {
  const url = new URL(`http://${host}`);
  expect([isLoopback(url), isThisMachine(url), isPrivate(url)]).toEqual([false, true, false]);
});

test.each(['ghcr.io', 'localhost.example', 'notlocalhost', '128.0.0.1', '126.255.255.255', '10.0.0.1', '127.0.0.1.example', '[::2]', '[::ffff:128.0.0.1]', '[fe80::1]'])(
  '%s is another machine', host => {
    const url = new URL(`http://${host}`);
    expect([isLoopback(url), isThisMachine(url), isPrivate(url)]).toEqual([false, false, false]);
  });
