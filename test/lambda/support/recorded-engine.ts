import { FunctionProcess } from './process';
import { Credential, Engine, Session } from '../../../lambda/core/engine';

/** Makes what an engine does effects of a process, so that the process can die or freeze at each of them. */
export function recordedEngine<C extends Credential>(engine: Engine<C>, process: FunctionProcess): Engine<C> {
  return {
    ...engine,
    dial: async (credential, context) => {
      const line = await process.effect('dial', () => engine.dial(credential, context));
      process.onGone.push(() => void line.close());
      return {
        login: async (next) => recordedSession(await process.effect('login', () => line.login(next)), process),
        close: () => line.close(),
      };
    },
  };
}

function recordedSession<C extends Credential>(session: Session<C>, process: FunctionProcess): Session<C> {
  return {
    lock: (name) => process.effect('lock', () => session.lock(name)),
    exists: (username) => process.effect('exists', () => session.exists(username)),
    rehearse: (next, wish) => process.effect('rehearse', () => session.rehearse(next, wish)),
    apply: (next, wish) => process.effect('apply', () => session.apply(next, wish)),
    close: () => session.close(),
  };
}
