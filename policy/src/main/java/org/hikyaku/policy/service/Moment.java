package org.hikyaku.policy.service;

/**
 * When a round of the server began: what it does in one round takes far less than any time that counts.
 *
 * @param nanos {@link System#nanoTime}, for time-outs
 * @param millis since 1970, for the life of answers
 */
record Moment(long nanos, long millis) {}
