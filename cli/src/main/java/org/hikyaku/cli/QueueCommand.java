package org.hikyaku.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code hikyaku queue …}: the mail that waits in the relay. */
@Command(
        name = "queue",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Look at the mail that waits in the relay, say why it waits, hold it, delete it, or have it tried now. It works"
                    + " while the relay runs and while it does not.",
            ""
        },
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "Examples:",
            "  hikyaku queue list --destination example.jp",
            "  hikyaku queue why 1T5N3K7Q2XA",
            "  hikyaku queue flush --destination example.jp",
            "",
            "Output and JSON are described in docs/queue.md."
        },
        subcommands = {
            QueueCommand.Listing.class,
            QueueCommand.Show.class,
            QueueCommand.Why.class,
            QueueCommand.Hold.class,
            QueueCommand.Release.class,
            QueueCommand.Delete.class,
            QueueCommand.Flush.class
        })
final class QueueCommand implements Runnable {
    private static final int DEFAULT_LIMIT = 1000;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                new CommandLine(spec), "say which command you want: list, show, why, hold, release, delete or flush");
    }

    /** {@code hikyaku queue list}. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = {"List the mail in the queue, the oldest first.", ""},
            footer = {
                "",
                "Examples:",
                "  hikyaku queue list",
                "  hikyaku queue list --held --json",
                "",
                "Exit codes: 0 listed, 2 wrong call, 3 the queue did not answer."
            })
    static final class Listing implements Callable<Integer> {
        private final Environment environment;

        @Mixin
        private QueueOption queue = new QueueOption();

        @Option(
                names = "--destination",
                paramLabel = "DOMAIN",
                description = "Only mail that waits for recipients at this domain.")
        private String destination = "";

        @Option(
                names = "--sender",
                paramLabel = "ADDRESS",
                description = "Only mail of this sender, or of this domain.")
        private String sender = "";

        @Option(names = "--held", description = "Only mail that is held.")
        private boolean held;

        @Option(
                names = "--limit",
                paramLabel = "N",
                description = "At most so many mails (default: ${DEFAULT-VALUE}).",
                defaultValue = "" + DEFAULT_LIMIT)
        private int limit = DEFAULT_LIMIT;

        @Mixin
        private JsonOption json = new JsonOption();

        Listing(Environment environment) {
            this.environment = environment;
        }

        @Override
        public Integer call() {
            if (limit < 1) {
                throw new UsageException("--limit is at least 1");
            }
            ObjectNode request = QueueOption.request("list")
                    .put("destination", destination)
                    .put("sender", sender)
                    .put("held", held)
                    .put("limit", limit);
            List<JsonNode> mails = new ArrayList<>();
            QueueOption.Answer answer = queue.ask(request, environment.clock(), mails::add);
            boolean more = answer.end().path("more").asBoolean(false);
            PrintWriter out = environment.terminal().out();
            if (json.wanted()) {
                ObjectNode document =
                        JsonOption.document("hikyaku.queue-list/1").put("more", more);
                ArrayNode array = document.putArray("mails");
                mails.forEach(array::add);
                JsonOption.print(out, document);
            } else {
                new QueueText(environment.terminal(), environment.clock().instant()).list(mails, more);
            }
            return ExitCode.OK.code();
        }
    }

    /** What all commands about mails by their ids share. */
    abstract static class OfMails implements Callable<Integer> {
        final Environment environment;

        @Mixin
        QueueOption queue = new QueueOption();

        @Parameters(arity = "1..*", paramLabel = "ID", description = "A mail's name in the queue, from 'queue list'.")
        private List<String> ids = List.of();

        @Mixin
        JsonOption json = new JsonOption();

        OfMails(Environment environment) {
            this.environment = environment;
        }

        /** Does it with each; 1 when one of them is not there. */
        int each(ObjectNode request, String done) {
            ObjectNode document = JsonOption.document("hikyaku.queue-change/1").put("done", done);
            ArrayNode changed = document.putArray("changed");
            ArrayNode unknown = document.putArray("unknown");
            for (String id : QueueOption.checked(ids)) {
                QueueOption.Answer answer = queue.ask(request.put("id", id), environment.clock(), _ -> {});
                (answer.count() > 0 ? changed : unknown).add(id);
            }
            PrintWriter out = environment.terminal().out();
            if (json.wanted()) {
                JsonOption.print(out, document);
            } else {
                changed.forEach(id -> out.println(id.asString() + "  " + done));
                unknown.forEach(id -> out.println(id.asString() + "  is not in the queue"));
                out.flush();
            }
            return (unknown.isEmpty() ? ExitCode.OK : ExitCode.FINDINGS).code();
        }

        /** Shows each as JSON of this schema, or as text. */
        int show(String schema, BiConsumer<QueueText, JsonNode> text) {
            List<JsonNode> mails = new ArrayList<>();
            List<String> unknown = new ArrayList<>();
            for (String id : QueueOption.checked(ids)) {
                QueueOption.Answer answer =
                        queue.ask(QueueOption.request("show").put("id", id), environment.clock(), mails::add);
                if (answer.count() == 0) {
                    unknown.add(id);
                }
            }
            PrintWriter out = environment.terminal().out();
            if (json.wanted()) {
                ObjectNode document = JsonOption.document(schema);
                ArrayNode array = document.putArray("mails");
                mails.forEach(array::add);
                ArrayNode missing = document.putArray("unknown");
                unknown.forEach(missing::add);
                JsonOption.print(out, document);
            } else {
                QueueText to = new QueueText(
                        environment.terminal(), environment.clock().instant());
                mails.forEach(mail -> text.accept(to, mail));
                unknown.forEach(id -> out.println(id + "  is not in the queue"));
                out.flush();
            }
            return (unknown.isEmpty() ? ExitCode.OK : ExitCode.FINDINGS).code();
        }
    }

    /** {@code hikyaku queue show}. */
    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = {"Show all that the queue knows of a mail.", ""},
            footer = {
                "",
                "Example:",
                "  hikyaku queue show 1T5N3K7Q2XA",
                "",
                "Exit codes: 0 shown, 1 no such mail, 2 wrong call, 3 the queue did not answer."
            })
    static final class Show extends OfMails {
        Show(Environment environment) {
            super(environment);
        }

        @Override
        public Integer call() {
            return show("hikyaku.queue-show/1", QueueText::show);
        }
    }

    /** {@code hikyaku queue why}. */
    @Command(
            name = "why",
            mixinStandardHelpOptions = true,
            description = {"Say in words why a mail waits, which rule holds it back, and what must change.", ""},
            footer = {
                "",
                "Example:",
                "  hikyaku queue why 1T5N3K7Q2XA",
                "",
                "Exit codes: 0 said, 1 no such mail, 2 wrong call, 3 the queue did not answer."
            })
    static final class Why extends OfMails {
        Why(Environment environment) {
            super(environment);
        }

        @Override
        public Integer call() {
            return show("hikyaku.queue-show/1", QueueText::why);
        }
    }

    /** {@code hikyaku queue hold}. */
    @Command(
            name = "hold",
            mixinStandardHelpOptions = true,
            description = {"Keep mail from being delivered until it is released.", ""},
            footer = {
                "",
                "Example:",
                "  hikyaku queue hold --reason \"asked the sender\" 1T5N3K7Q2XA",
                "",
                "Exit codes: 0 done, 1 no such mail, 2 wrong call, 3 the queue did not answer."
            })
    static final class Hold extends OfMails {
        @Option(names = "--reason", paramLabel = "TEXT", description = "Why; 'queue why' shows it.")
        private String reason = "by hand";

        Hold(Environment environment) {
            super(environment);
        }

        @Override
        public Integer call() {
            return each(QueueOption.request("hold").put("why", reason), "held");
        }
    }

    /** {@code hikyaku queue release}. */
    @Command(
            name = "release",
            mixinStandardHelpOptions = true,
            description = {"End the hold of mail.", ""},
            footer = {
                "",
                "Example:",
                "  hikyaku queue release 1T5N3K7Q2XA",
                "",
                "Exit codes: 0 done, 1 no such mail, 2 wrong call, 3 the queue did not answer."
            })
    static final class Release extends OfMails {
        Release(Environment environment) {
            super(environment);
        }

        @Override
        public Integer call() {
            return each(QueueOption.request("release"), "released");
        }
    }

    /** {@code hikyaku queue delete}. */
    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = {"Delete mail from the queue. Nobody is told, and it does not come back.", ""},
            footer = {
                "",
                "Example:",
                "  hikyaku queue delete 1T5N3K7Q2XA",
                "",
                "Exit codes: 0 done, 1 no such mail, 2 wrong call, 3 the queue did not answer."
            })
    static final class Delete extends OfMails {
        Delete(Environment environment) {
            super(environment);
        }

        @Override
        public Integer call() {
            return each(QueueOption.request("delete"), "deleted");
        }
    }

    /** {@code hikyaku queue flush}. */
    @Command(
            name = "flush",
            mixinStandardHelpOptions = true,
            description = {
                "Have mail tried now instead of when its time comes: that of one destination, one mail, or all.",
                ""
            },
            footer = {
                "",
                "Examples:",
                "  hikyaku queue flush --destination example.jp",
                "  hikyaku queue flush --all",
                "",
                "Exit codes: 0 done, 1 no such mail, 2 wrong call, 3 the queue did not answer."
            })
    static final class Flush implements Callable<Integer> {
        private final Environment environment;

        @Mixin
        private QueueOption queue = new QueueOption();

        @Parameters(arity = "0..1", paramLabel = "ID", description = "One mail.")
        private Optional<String> id = Optional.empty();

        @Option(names = "--destination", paramLabel = "DOMAIN", description = "All mail for this domain.")
        private Optional<String> destination = Optional.empty();

        @Option(names = "--all", description = "All mail.")
        private boolean all;

        @Mixin
        private JsonOption json = new JsonOption();

        Flush(Environment environment) {
            this.environment = environment;
        }

        @Override
        public Integer call() {
            int said = (id.isPresent() ? 1 : 0) + (destination.isPresent() ? 1 : 0) + (all ? 1 : 0);
            if (said != 1) {
                throw new UsageException("say what to try now: an ID, --destination DOMAIN, or --all");
            }
            ObjectNode request = QueueOption.request("flush");
            id.ifPresent(
                    one -> request.put("id", QueueOption.checked(List.of(one)).getFirst()));
            destination.ifPresent(domain -> request.put("destination", domain));
            QueueOption.Answer answer = queue.ask(request, environment.clock(), _ -> {});
            PrintWriter out = environment.terminal().out();
            if (json.wanted()) {
                JsonOption.print(
                        out,
                        JsonOption.document("hikyaku.queue-flush/1")
                                .put("count", answer.count())
                                .put("relayRuns", answer.served()));
            } else {
                out.println(
                        id.isPresent() && answer.count() == 0
                                ? id.get() + "  is not in the queue"
                                : answer.count() + " to be tried now"
                                        + (answer.served() ? "" : ", once the relay runs again: it does not"));
                out.flush();
            }
            return (id.isPresent() && answer.count() == 0 ? ExitCode.FINDINGS : ExitCode.OK).code();
        }
    }
}
