package org.hikyaku.capture.tcp;

import java.util.ArrayList;
import java.util.List;
import org.hikyaku.capture.ip.Segment;
import org.jspecify.annotations.Nullable;

/**
 * Connections by the addresses and ports of their two ends, which may stand either way round in a segment; and in the order of their
 * last segments. A hash table with chains, as a map that is asked for every packet and makes no object to be asked.
 *
 * @param <V> what is kept of a connection
 */
final class FlowTable<V> {
    private static final class Node<V> {
        private final long aHigh;
        private final long aLow;
        private final long bHigh;
        private final long bLow;
        private final int aPort;
        private final int bPort;
        private final int hash;
        private final V value;
        private @Nullable Node<V> next;

        /** In the order of last segments. */
        private @Nullable Node<V> older;

        private @Nullable Node<V> newer;

        Node(Segment s, int hash, V value) {
            this.aHigh = s.sourceHigh;
            this.aLow = s.sourceLow;
            this.aPort = s.sourcePort;
            this.bHigh = s.destinationHigh;
            this.bLow = s.destinationLow;
            this.bPort = s.destinationPort;
            this.hash = hash;
            this.value = value;
        }

        boolean is(Segment s) {
            return s.sourcePort == aPort
                            && s.destinationPort == bPort
                            && s.sourceLow == aLow
                            && s.destinationLow == bLow
                            && s.sourceHigh == aHigh
                            && s.destinationHigh == bHigh
                    || s.sourcePort == bPort
                            && s.destinationPort == aPort
                            && s.sourceLow == bLow
                            && s.destinationLow == aLow
                            && s.sourceHigh == bHigh
                            && s.destinationHigh == aHigh;
        }
    }

    private @Nullable Node<V>[] chains = chains(1024);
    private int size;
    private @Nullable Node<V> oldest;
    private @Nullable Node<V> newest;

    int size() {
        return size;
    }

    /** The connection of this segment, which is now the newest; null when it is not known. */
    @Nullable
    V find(Segment s) {
        Node<V> recent = newest;
        if (recent != null && recent.is(s)) {
            return recent.value;
        }
        int hash = hash(s);
        for (Node<V> node = chains[hash & chains.length - 1]; node != null; node = node.next) {
            if (node.hash == hash && node.is(s)) {
                unlink(node);
                append(node);
                return node.value;
            }
        }
        return null;
    }

    /** Keeps the connection of this segment, of which none is known. */
    void add(Segment s, V value) {
        if (size == chains.length) {
            grow();
        }
        Node<V> node = new Node<>(s, hash(s), value);
        chain(node);
        append(node);
        size++;
    }

    /** Forgets the connection of this segment. */
    void remove(Segment s) {
        int hash = hash(s);
        for (Node<V> node = chains[hash & chains.length - 1]; node != null; node = node.next) {
            if (node.hash == hash && node.is(s)) {
                forget(node);
                return;
            }
        }
    }

    /** Forgets the connection that was silent longest, and gives it; null when there is none. */
    @Nullable
    V removeOldest() {
        Node<V> node = oldest;
        if (node == null) {
            return null;
        }
        forget(node);
        return node.value;
    }

    /** Forgets all; gives them, the one that was silent longest first. */
    List<V> removeAll() {
        List<V> all = new ArrayList<>(size);
        for (Node<V> node = oldest; node != null; node = node.newer) {
            all.add(node.value);
        }
        chains = chains(1024);
        size = 0;
        oldest = null;
        newest = null;
        return all;
    }

    private void forget(Node<V> node) {
        int at = node.hash & chains.length - 1;
        Node<V> before = chains[at];
        if (before == node) {
            chains[at] = node.next;
        } else {
            while (before != null && before.next != node) {
                before = before.next;
            }
            if (before != null) {
                before.next = node.next;
            }
        }
        unlink(node);
        size--;
    }

    private void chain(Node<V> node) {
        int at = node.hash & chains.length - 1;
        node.next = chains[at];
        chains[at] = node;
    }

    private void append(Node<V> node) {
        Node<V> last = newest;
        node.older = last;
        node.newer = null;
        if (last == null) {
            oldest = node;
        } else {
            last.newer = node;
        }
        newest = node;
    }

    private void unlink(Node<V> node) {
        Node<V> older = node.older;
        Node<V> newer = node.newer;
        if (older == null) {
            oldest = newer;
        } else {
            older.newer = newer;
        }
        if (newer == null) {
            newest = older;
        } else {
            newer.older = older;
        }
    }

    private void grow() {
        chains = chains(chains.length * 2);
        for (Node<V> node = oldest; node != null; node = node.newer) {
            chain(node);
        }
    }

    @SuppressWarnings("unchecked") // an array of a generic type cannot be made
    private static <V> @Nullable Node<V>[] chains(int length) {
        return (@Nullable Node<V>[]) new Node<?>[length];
    }

    /** The same for both directions. */
    private static int hash(Segment s) {
        long mixed = end(s.sourceHigh, s.sourceLow, s.sourcePort)
                + end(s.destinationHigh, s.destinationLow, s.destinationPort);
        return (int) (mixed ^ mixed >>> 32);
    }

    private static long end(long high, long low, int port) {
        long mixed = (low ^ high * 0x9e3779b97f4a7c15L) * 0xc2b2ae3d27d4eb4fL + port;
        return (mixed ^ mixed >>> 29) * 0x165667b19e3779f9L;
    }
}
