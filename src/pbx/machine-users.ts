/** A user of the machine, and all groups that it is in. */
export interface MachineUser {
  name: string;
  uid: number;
  gid: number;
  gids: readonly number[];
}

/** @param passwd, group the texts of /etc/passwd and /etc/group */
export function userOf(name: string, passwd: string, group: string): MachineUser | undefined {
  const [, , uid, gid] = fieldsOf(passwd).find(([user]) => user === name) ?? [];
  if (uid === undefined || gid === undefined) return undefined;
  const others = fieldsOf(group)
    .filter(([, , , members = '']) => members.split(',').includes(name))
    .map(([, , id]) => Number(id));
  return { name, uid: Number(uid), gid: Number(gid), gids: [Number(gid), ...others] };
}

const fieldsOf = (text: string) => text.split('\n').map((line) => line.split(':'));

/** The owner and mode of a file or folder. */
export interface Rights {
  uid: number;
  gid: number;
  mode: number;
}

/** Whether a user may read (4), write (2), or enter (1) it, as Unix decides it. */
export function isAllowed({ uid, gid, mode }: Rights, user: MachineUser, right: 1 | 2 | 4): boolean {
  if (user.uid === 0) return true;
  if (uid === user.uid) return (mode & (right << 6)) !== 0;
  if (user.gids.includes(gid)) return (mode & (right << 3)) !== 0;
  return (mode & right) !== 0;
}
