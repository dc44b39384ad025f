/** The account and Region of everything that is emulated, where none is named. */
export const EMULATOR_ACCOUNT = '123456789012';
export const EMULATOR_REGION = 'eu-west-1';
