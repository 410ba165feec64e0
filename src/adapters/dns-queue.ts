/** First in, first out; a list would move all its members for each that leaves. */
export class Queue<T> {
  private members: (T | undefined)[] = [];
  private first = 0;

  add(member: T): void {
    this.members.push(member);
  }

  next(): T | undefined {
    const member = this.members[this.first];
    if (this.first < this.members.length) this.members[this.first++] = undefined;
    if (this.first > 1024 && this.first * 2 > this.members.length) {
      this.members = this.members.slice(this.first);
      this.first = 0;
    }
    return member;
  }

  drained(): T[] {
    const rest = this.members.slice(this.first) as T[];
    this.members = [];
    this.first = 0;
    return rest;
  }
}
