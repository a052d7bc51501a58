package org.hikyaku.relay.queue;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;

/** What all who write to the log of one queue share. */
record LogParts(QueueOptions options, InstantSource clock, QueueFiles files, QueueIndex index, Committer committer) {

    /** Has these records written, and waits until they are. */
    void write(List<LogEntry> entries) throws IOException {
        Commit commit = new Commit(entries, false, _ -> {});
        committer.submit(commit);
        commit.await(options.patience());
    }
}
