package org.hikyaku.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.hikyaku.check.DomainReport;
import org.xbill.DNS.Name;

/** Hands reports on as soon as all before them are ready: they come in any order, from any thread. */
final class InOrder implements Consumer<DomainReport> {
    private final List<Name> order;
    private final Consumer<DomainReport> next;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Name, DomainReport> waiting = new HashMap<>(); // guarded by lock
    private int handed; // guarded by lock

    InOrder(List<Name> order, Consumer<DomainReport> next) {
        this.order = List.copyOf(order);
        this.next = next;
    }

    @Override
    public void accept(DomainReport report) {
        lock.lock();
        try {
            waiting.put(report.evidence().observation().domain(), report);
            while (handed < order.size()) {
                Optional<DomainReport> ready = Optional.ofNullable(waiting.remove(order.get(handed)));
                if (ready.isEmpty()) {
                    return;
                }
                handed++;
                next.accept(ready.get());
            }
        } finally {
            lock.unlock();
        }
    }
}
