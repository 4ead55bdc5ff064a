principle "redundancy" {
  title    = "Redundancy"
  question = "Does every part run in more than one place?"
  about    = <<-MD
    A zone will fail. What runs in one zone fails with it, however many copies stand there; what runs in two keeps serving
    while the other recovers.
  MD
}

principle "single-point-of-failure" {
  title    = "Single points of failure"
  question = "Is there one thing whose loss stops everything?"
  about    = <<-MD
    A path is as strong as the one part that nothing replaces: the only task, the only instance, the one gateway that every
    zone sends its traffic through.
  MD
}

principle "recovery" {
  title    = "Recovery"
  question = "Can data be brought back after a mistake?"
  about    = <<-MD
    Redundancy copies a bad write faithfully. Only backups, snapshots and protection from deletion bring data back after a
    faulty release, a wrong command or a plan that replaces a database.
  MD
}

principle "scaling" {
  title    = "Scaling"
  question = "Does capacity follow demand?"
  about    = <<-MD
    Fixed capacity is paid for at night and missing at noon. A floor, a ceiling and a policy between them let the system answer
    load before a person does.
  MD
}

principle "decoupling" {
  title    = "Decoupling"
  question = "Does one component's failure stay with it?"
  about    = <<-MD
    Queues, topics and events keep a producer working while its consumer is down. That holds only if what fails is kept: with a
    dead-letter queue, a failure destination and timeouts that fit each other.
  MD
}

principle "observability" {
  title    = "Observability"
  question = "Will somebody know, and be able to find out why?"
  about    = <<-MD
    A failure that nobody sees lasts until a customer reports it. Logs, metrics and traces must exist, and an alarm must reach a
    person or an action.
  MD
}

principle "compute-model" {
  title    = "Compute model"
  question = "Does each workload run on the compute that fits it?"
  about    = <<-MD
    Functions, containers and machines differ in what their owner must patch, scale and replace. The fitting one leaves the least to
    do, and whatever runs is replaced by a component that sees whether it works.
  MD
}

principle "data-boundaries" {
  title    = "Data boundaries"
  question = "Does each store have one owner, and do only its clients reach it?"
  about    = <<-MD
    Services that share tables share releases and outages. A store belongs to one service; others go through that service, and
    neither the network nor a policy lets them around it.
  MD
}

principle "infrastructure-as-code" {
  title    = "Infrastructure as code"
  question = "Does the same configuration give the same infrastructure tomorrow?"
  hygiene  = true
  about    = <<-MD
    Code that floats with every release of a module or provider is a change that nobody reviewed. Pinned inputs, shared and locked state and
    described interfaces make a plan repeatable.
  MD
}

principle "change" {
  title    = "Change"
  question = "Does this change take away what keeps the system alive?"
  about    = <<-MD
    Most outages follow a change. A plan shows what goes with it: data, backups, protection, zones, capacity, the alarm that would have
    told. These rules look at what was there before and what is left.
  MD
}
