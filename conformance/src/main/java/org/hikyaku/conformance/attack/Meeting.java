package org.hikyaku.conformance.attack;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.net.Connection;

/** A connection of the sender's that ends in the attacker's hands. */
final class Meeting {
    private final Seat seat;
    private final Connection sender;
    private final InetSocketAddress dialled;

    Meeting(Seat seat, Connection sender, InetSocketAddress dialled) {
        this.seat = seat;
        this.sender = sender;
        this.dialled = dialled;
    }

    Seat seat() {
        return seat;
    }

    /** The sender's end; what passes is taken down. */
    Connection sender() {
        return sender;
    }

    /** Where the sender wanted to go. */
    InetSocketAddress dialled() {
        return dialled;
    }

    /**
     * A connection of the attacker's own to where the sender wanted to go.
     *
     * @param tapped whether what passes is taken down; not needed where it is what the sender's end has anyway
     */
    Connection receiver(boolean tapped) throws IOException {
        Connection real = seat.dialReceiver(dialled);
        if (!tapped) {
            return real;
        }
        return seat.wire(Wire.Leg.TO_RECEIVER, real.local(), dialled).tapped(real, Side.SERVER);
    }
}
