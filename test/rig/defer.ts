// uvu reads this when it is loaded: leave the start to us, and put every suite into one group without a name.
Object.assign(globalThis, { UVU_DEFER: true, UVU_QUEUE: [[null]] });
