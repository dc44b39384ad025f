import { registries } from '../../bench/registries';

test('without docker-registry nothing is measured, and the report says so', async () => {
  const { PATH } = process.env;
  process.env.PATH = '/nowhere';
  try {
    expect(await registries.run()).toEqual([{
      title: 'Registries', columns: [], rows: [], notes: ['All of it is left out: `docker-registry` is not installed; on Debian: apt-get install -y docker-registry'],
    }]);
  } finally {
    process.env.PATH = PATH;
  }
});
