/**
 * @file
 * How soon a thread is let in on a core that it shares.
 */
#ifndef BASE_TURNS_H
#define BASE_TURNS_H

/**
 * The calling thread takes short turns: when it wakes up it goes before those in the middle of a
 * long one, so that requests and packagers do not hold up media on a shared core. It gets no more
 * of the processor, only sooner. Does something since Linux 6.12; refused, it is logged (debug).
 */
void turns_short(void);

#endif
