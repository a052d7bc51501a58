/**
 * Many sockets in one thread: {@link org.hikyaku.net.poll.Poller} says which of them can be read from or written to, and has
 * each do so in its turn. For services whose answers are known already, where to wake a thread costs more than to answer;
 * everywhere else a virtual thread with a {@link org.hikyaku.net.Connection} is simpler.
 *
 * <p>On Linux the calls of the kernel are made directly ({@code epoll}, {@code recv}, {@code send}), edge-triggered: a socket is
 * told of once when something has come, and nothing is changed in the kernel's list between two requests. Elsewhere, Java's
 * selector does the same for more.
 */
@NullMarked
package org.hikyaku.net.poll;

import org.jspecify.annotations.NullMarked;
