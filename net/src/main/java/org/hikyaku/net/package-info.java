/**
 * The floor of the house: how to reach other machines, and how never to wait or swallow without end.
 *
 * <p>Everything that touches the network takes a {@link org.hikyaku.net.Network} through its constructor and never
 * opens a socket by itself; the lab hands in one that leads to servers in the same process. Every wait has a
 * {@link org.hikyaku.net.Deadline}, every buffer a {@link org.hikyaku.net.Limit} with a name, and going past it is a
 * {@link org.hikyaku.net.LimitExceededException} that says which one.
 */
@NullMarked
package org.hikyaku.net;

import org.jspecify.annotations.NullMarked;
