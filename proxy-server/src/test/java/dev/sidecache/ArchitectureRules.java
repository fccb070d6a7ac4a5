package dev.sidecache;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;

/**
 * What types cannot hold, as rules over the classes below one root package. The rules are functions
 * of that root so that {@link ArchitectureTest} can show each of them a class that breaks it.
 */
final class ArchitectureRules {
  private final String root;

  ArchitectureRules(String root) {
    this.root = root;
  }

  /** Every rule, by the name that tests and messages use. */
  Map<String, ArchRule> all() {
    return Map.ofEntries(
        Map.entry("imports", imports()),
        Map.entry("cycles", cycles()),
        Map.entry("clock", clock()),
        Map.entry("futures", futures()),
        Map.entry("reactor", reactor()),
        Map.entry("blocking", blocking()),
        Map.entry("streams", streams()),
        Map.entry("logging", logging()),
        Map.entry("client", client()));
  }

  /** Each package imports what its line of {@link ImportTable} names, and stands in it at all. */
  private ArchRule imports() {
    return classes()
        .should(new ImportTable(root).condition())
        .because("packages import only those above them, and libraries only where they belong")
        .allowEmptyShould(true);
  }

  private ArchRule cycles() {
    return slices().matching(root + ".(*)..").should().beFreeOfCycles().allowEmptyShould(true);
  }

  private ArchRule clock() {
    return noClasses()
        .that(resideIn("http", "rule", "caching", "json"))
        .should()
        .accessTargetWhere(
            calls(System.class, "currentTimeMillis", "nanoTime")
                .or(describeNow())
                .or(calls(java.util.Date.class, "<init>"))
                .or(calls(java.time.Clock.class)))
        .because("a decision takes the time as an argument")
        .allowEmptyShould(true);
  }

  private ArchRule futures() {
    return noClasses()
        .that(resideIn("message", "store", "consistency", "exchange", "listener"))
        .should()
        .dependOnClassesThat(assignableTo(CompletionStage.class))
        .because("a callback on the request's loop costs no future and no hop")
        .allowEmptyShould(true);
  }

  private ArchRule reactor() {
    return noClasses()
        .should()
        .dependOnClassesThat(resideInAnyPackage("reactor..", "org.reactivestreams.."))
        .because("Lettuce brings it, and we answer by callbacks")
        .allowEmptyShould(true);
  }

  private ArchRule blocking() {
    return noClasses()
        .that(not(resideIn("cli", "client", "demo")).and(not(residesInRoot())).and(not(waits())))
        .should()
        .accessTargetWhere(
            calls(Thread.class, "sleep", "join")
                .or(calls(TimeUnit.class, "sleep"))
                .or(calls(Object.class, "wait"))
                .or(calls(Future.class, "get", "join", "await", "awaitUninterruptibly"))
                .or(calls(io.netty.util.concurrent.Future.class, "sync", "syncUninterruptibly"))
                .or(calls(CountDownLatch.class, "await"))
                .or(calls(Condition.class, "await", "awaitUninterruptibly", "awaitNanos"))
                .or(calls(Semaphore.class, "acquire", "acquireUninterruptibly"))
                .or(calls(BlockingQueue.class, "take", "put"))
                .or(calls(ExecutorService.class, "awaitTermination", "invokeAll", "invokeAny"))
                .or(calls(LockSupport.class, "park", "parkNanos", "parkUntil")))
        .because("an event loop never waits")
        .allowEmptyShould(true);
  }

  private ArchRule streams() {
    return noClasses()
        .that(not(resideIn("cli", "client", "demo")).and(not(residesInRoot())))
        .should()
        .accessTargetWhere(
            calls(System.class, "out", "err", "in", "setOut", "setErr")
                .or(calls(Throwable.class, "printStackTrace")))
        .because("standard streams belong to the command line and to the log")
        .allowEmptyShould(true);
  }

  private ArchRule logging() {
    return noClasses()
        .that(not(resideIn("cli")).and(not(residesInRoot())))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("java.util.logging..", "org.slf4j..", "io.netty.util.internal.."))
        .because("logging is System.Logger")
        .allowEmptyShould(true);
  }

  /** The client runs alone: nothing of the server, and no library but these. */
  private ArchRule client() {
    return classes()
        .that(resideIn("client"))
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                root + ".client..",
                "java..",
                "javax..",
                "com.fasterxml.jackson..",
                "picocli..",
                "org.jspecify.."))
        .allowEmptyShould(true);
  }

  private DescribedPredicate<JavaClass> resideIn(String... packages) {
    return resideInAnyPackage(
        Arrays.stream(packages).map(name -> root + "." + name + "..").toArray(String[]::new));
  }

  private DescribedPredicate<JavaClass> residesInRoot() {
    return resideInAnyPackage(root);
  }

  /** Whether a class waits on a thread of its own: the log's writer, and the demo's Redis. */
  private DescribedPredicate<JavaClass> waits() {
    Set<String> names = Set.of(root + ".metrics.LogWriter", root + ".redis.LocalRedis");
    return describe("wait on a thread of their own", type -> names.contains(type.getName()));
  }

  /** Accesses to these members of {@code owner} or a subtype; to any member if none is named. */
  private static DescribedPredicate<JavaAccess<?>> calls(Class<?> owner, String... members) {
    Set<String> names = Set.of(members);
    return describe(
        owner.getSimpleName() + "." + (names.isEmpty() ? "*" : String.join("|", members)),
        access ->
            access.getTargetOwner().isAssignableTo(owner)
                && (names.isEmpty() || names.contains(access.getTarget().getName())));
  }

  private static DescribedPredicate<JavaAccess<?>> describeNow() {
    return describe(
        "java.time's now()",
        access ->
            access.getTargetOwner().getPackageName().equals("java.time")
                && access.getTarget().getName().equals("now"));
  }
}
