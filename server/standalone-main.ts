export { main } from './standalone.ts';
