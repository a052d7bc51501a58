package org.hikyaku.relay.queue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Other files, and a hook before and after each operation on them: to let a thread wait there, or something fail. */
final class HookedFiles implements QueueFiles {
    /** What is done. */
    enum Operation {
        CREATE,
        OPEN,
        DELETE,
        FORCE_FOLDER,
        APPEND,
        FORCE,
        READ,
        TRUNCATE
    }

    /** Is called on the thread that does it; what it throws is thrown there. */
    @FunctionalInterface
    interface Hook {
        Hook NONE = (_, _) -> {};

        /** @param name of the file; empty where the folder is forced */
        void on(Operation operation, String name) throws IOException;
    }

    /** A place where threads wait until they are let go. */
    static final class Gate {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch opened = new CountDownLatch(1);

        /** Waits here. */
        void pass() throws IOException {
            reached.countDown();
            try {
                if (!opened.await(30, TimeUnit.SECONDS)) {
                    throw new AssertionError("nobody opened the gate");
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        void awaitSomebody() throws InterruptedException {
            if (!reached.await(30, TimeUnit.SECONDS)) {
                throw new AssertionError("nobody came to the gate");
            }
        }

        void open() {
            opened.countDown();
        }
    }

    private final QueueFiles files;
    private volatile Hook before = Hook.NONE;
    private volatile Hook after = Hook.NONE;

    HookedFiles(QueueFiles files) {
        this.files = files;
    }

    void before(Hook hook) {
        before = hook;
    }

    void after(Hook hook) {
        after = hook;
    }

    /** Whether the thread that tidies up and compacts is calling. */
    static boolean isKeeper() {
        return Thread.currentThread().getName().equals("queue-keeper");
    }

    /** Whether the thread that commits is calling. */
    static boolean isCommitter() {
        return Thread.currentThread().getName().equals("queue-commit");
    }

    private interface Action<T> {
        T run() throws IOException;
    }

    private <T> T hooked(Operation operation, String name, Action<T> action) throws IOException {
        before.on(operation, name);
        T result = action.run();
        after.on(operation, name);
        return result;
    }

    private interface Step {
        void run() throws IOException;
    }

    private void hooked(Operation operation, String name, Step step) throws IOException {
        before.on(operation, name);
        step.run();
        after.on(operation, name);
    }

    @Override
    public DurableFile create(String name, Forcing forcing) throws IOException {
        return hooked(Operation.CREATE, name, () -> new File(name, files.create(name, forcing)));
    }

    @Override
    public DurableFile open(String name) throws IOException {
        return hooked(Operation.OPEN, name, () -> new File(name, files.open(name)));
    }

    @Override
    public void delete(String name) throws IOException {
        hooked(Operation.DELETE, name, () -> files.delete(name));
    }

    @Override
    public void force() throws IOException {
        hooked(Operation.FORCE_FOLDER, "", files::force);
    }

    @Override
    public List<String> list() throws IOException {
        return files.list();
    }

    @Override
    public long usable() throws IOException {
        return files.usable();
    }

    private final class File implements DurableFile {
        private final String name;
        private final DurableFile file;

        File(String name, DurableFile file) {
            this.name = name;
            this.file = file;
        }

        @Override
        public void append(ByteBuffer[] buffers, int count) throws IOException {
            hooked(Operation.APPEND, name, () -> file.append(buffers, count));
        }

        @Override
        public void force() throws IOException {
            hooked(Operation.FORCE, name, file::force);
        }

        @Override
        public void read(ByteBuffer to, long position) throws IOException {
            hooked(Operation.READ, name, () -> file.read(to, position));
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            hooked(Operation.TRUNCATE, name, () -> file.truncate(size));
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
