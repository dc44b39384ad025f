import { windowsProgram } from '../../src/registry-client/windows-program';

const ENV = { PATH: 'C:\\tools;"C:\\Program Files\\Docker & Co";D:\\bin', PATHEXT: '.COM;.EXE;.BAT;.CMD;.JS', ComSpec: 'C:\\Windows\\System32\\cmd.exe' };

const call = (name: string, files: string[], env: NodeJS.ProcessEnv = ENV) => windowsProgram(name, ['get'], env, file => files.includes(file));

test('an executable is started as it is', () => {
  expect(call('helper', ['D:\\bin\\helper.exe'])).toEqual({ file: 'D:\\bin\\helper.exe', args: ['get'], options: { windowsHide: true } });
});

test.each(['cmd', 'bat'])('a script (.%s) is started by the shell, with its path in quotes', extension => {
  expect(call('helper', [`C:\\Program Files\\Docker & Co\\helper.${extension}`])).toEqual({
    file: 'C:\\Windows\\System32\\cmd.exe',
    args: ['/d', '/v:off', '/s', '/c', `""C:\\Program Files\\Docker & Co\\helper.${extension}" get"`],
    options: { windowsHide: true, windowsVerbatimArguments: true },
  });
});

test('a script whose folder the shell would take for a variable is not started', () => {
  expect(call('helper', ['C:\\%x%\\helper.cmd'], { PATH: 'C:\\%x%' })).toBeUndefined();
  expect(call('helper', ['C:\\%x%\\helper.exe'], { PATH: 'C:\\%x%' })).toBeDefined();
});

test('folders come in their order, and extensions within each', () => {
  const fileOf = (...files: string[]) => call('helper', files)?.options.windowsVerbatimArguments ? 'script' : 'executable';
  expect(fileOf('C:\\tools\\helper.cmd', 'D:\\bin\\helper.exe')).toBe('script');
  expect(fileOf('C:\\tools\\helper.cmd', 'C:\\tools\\helper.exe')).toBe('executable');
});

test('a name may have its extension', () => {
  expect(call('desktop.exe', ['C:\\tools\\desktop.exe'])?.file).toBe('C:\\tools\\desktop.exe');
});

test.each([
  ['helper', ['C:\\tools\\helper']],
  ['helper', ['C:\\tools\\helper.js']],
  ['helper.txt', ['C:\\tools\\helper.txt']],
  ['helper', []],
])('%s is not found among %j', (name, files) => {
  expect(call(name, files)).toBeUndefined();
});

test('a folder that depends on the working directory has no programs', () => {
  const asked: string[] = [];
  windowsProgram('helper', [], { PATH: '.;bin;;C:tools;C:\\tools' }, file => {
    asked.push(file);
    return false;
  });
  expect(asked).toEqual(['com', 'exe', 'bat', 'cmd'].map(extension => `C:\\tools\\helper.${extension}`));
});

test('without PATH there is nothing', () => {
  expect(windowsProgram('helper', [], {})).toBeUndefined();
  expect(call('helper', ['C:\\tools\\helper.cmd'], { PATH: 'C:\\tools' })?.file).toBe('C:\\Windows\\System32\\cmd.exe');
});
