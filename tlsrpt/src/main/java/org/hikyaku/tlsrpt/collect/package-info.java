/**
 * Takes the events of a Postfix: since 3.10 it hands, through the library libtlsrpt, one datagram for each delivery to a
 * Unix socket, with what policies there were and what became of them ({@code smtp_tlsrpt_enable}). {@link
 * org.hikyaku.tlsrpt.collect.DatagramReader} reads one, {@link org.hikyaku.tlsrpt.collect.Collector} counts them all.
 */
@NullMarked
package org.hikyaku.tlsrpt.collect;

import org.jspecify.annotations.NullMarked;
