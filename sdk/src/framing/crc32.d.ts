/** CRC-32 as in IEEE 802.3, reflected, polynomial 0xEDB88320. @returns an unsigned 32-bit number. */
export declare function crc32(bytes: Uint8Array, start: number, end: number): number;
