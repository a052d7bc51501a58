package org.hikyaku.relay;

import java.util.concurrent.atomic.AtomicInteger;
import org.hikyaku.delivery.Carried;
import org.hikyaku.delivery.Carrier;
import org.hikyaku.delivery.Consignment;

/** Knows how many consignments are with a carrier, so that a mail store that hangs does not hold all that the relay has. */
final class CountedCarrier implements Carrier {
    private final Carrier carrier;
    private final int most;
    private final AtomicInteger under = new AtomicInteger();

    CountedCarrier(Carrier carrier, int most) {
        this.carrier = carrier;
        this.most = most;
    }

    boolean full() {
        return under.get() >= most;
    }

    @Override
    public Carried carry(Consignment consignment) throws InterruptedException {
        under.incrementAndGet();
        try {
            return carrier.carry(consignment);
        } finally {
            under.decrementAndGet();
        }
    }
}
