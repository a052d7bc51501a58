package org.hikyaku.delivery;

/** Takes the lines of deliveries: writes them, counts them. Must not block for long and not throw. */
@FunctionalInterface
public interface DeliveryLog {

    void delivered(DeliveryLine line);

    /** Drops all. */
    static DeliveryLog none() {
        return line -> {};
    }
}
