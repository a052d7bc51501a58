package org.hikyaku.conformance.attack;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.hikyaku.conformance.attack.Step.Kind;
import org.hikyaku.conformance.attack.Step.Party;
import org.hikyaku.net.Limit;

/** Takes down what happens. Safe for several threads. */
final class Story {
    private static final Limit STEPS = new Limit("steps of an attack told", 500);

    private final ReentrantLock lock = new ReentrantLock();
    private final List<Step> steps = new ArrayList<>(); // guarded by lock

    void say(Party from, Party to, Kind kind, String text) {
        lock.lock();
        try {
            Step last = steps.isEmpty() ? null : steps.getLast();
            if (last != null && last.from() == from && last.to() == to && last.kind() == kind && kind != Kind.NOTE) {
                steps.set(steps.size() - 1, new Step(from, to, kind, last.text() + "\n" + text));
            } else if (steps.size() < STEPS.value()) {
                steps.add(new Step(from, to, kind, text));
            }
        } finally {
            lock.unlock();
        }
    }

    void note(Party beside, String text) {
        say(beside, beside, Kind.NOTE, text);
    }

    List<Step> steps() {
        lock.lock();
        try {
            return List.copyOf(steps);
        } finally {
            lock.unlock();
        }
    }
}
