import { join } from 'node:path';
import { PythonEnvironment } from '../../emulator/python-environment';

/** Linters, and the AWS CLI with which the guides' commands are tried. */
export const DOCS_ENVIRONMENT: PythonEnvironment = {
  name: 'docs',
  requirements: join(__dirname, 'requirements.txt'),
  contents: 'yamllint, check-jsonschema and the AWS CLI',
  neededFor: 'linting the guides',
};

/** Of its own: the AWS CLI wants an older docutils. */
export const RENDERING_ENVIRONMENT: PythonEnvironment = {
  name: 'rendering',
  requirements: join(__dirname, 'rendering', 'requirements.txt'),
  contents: 'the renderers of GitHub and PyPI',
  neededFor: 'looking at the README and the guides',
};
