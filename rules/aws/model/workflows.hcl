# Step Functions: what stands in a definition. It is JSON; what is none gives null, and a part that is not known stays unknown.

define "workflow" {
  of = "aws_sfn_state_machine"
  is = try(merge({ StartAt = null, TimeoutSeconds = null, States = {} }, jsondecode(self.definition)), null)
}

# Every group of states that begins with a `StartAt`: the workflow itself, what stands in its parallel branches and maps, and what stands in those,
# four levels deep.
define "workflow_groups" {
  of = "aws_sfn_state_machine"
  is = flatten([
    for top in [workflow(self)] : [
      [top],
      [
        for a in flatten([for s in values(top.States) : [try(s.Branches, []), try(s.ItemProcessor, []), try(s.Iterator, [])]]) : [
          [a],
          [
            for b in flatten([for s in values(try(a.States, {})) : [try(s.Branches, []), try(s.ItemProcessor, []), try(s.Iterator, [])]]) : [
              [b],
              [
                for c in flatten([for s in values(try(b.States, {})) : [try(s.Branches, []), try(s.ItemProcessor, []), try(s.Iterator, [])]]) : [
                  [c],
                  flatten([for s in values(try(c.States, {})) : [try(s.Branches, []), try(s.ItemProcessor, []), try(s.Iterator, [])]]),
                ]
              ],
            ]
          ],
        ]
      ]
    ] if top != null
  ])
}

# All states, each with its name. What a state does not say is null.
define "workflow_states" {
  of = "aws_sfn_state_machine"
  is = flatten([
    for g in workflow_groups(self) : [
      for name, s in try(g.States, {}) : merge({
        Type                       = null
        Resource                   = null
        Parameters                 = {}
        Arguments                  = {}
        Retry                      = null
        Catch                      = null
        Choices                    = []
        Default                    = null
        Seconds                    = null
        TimeoutSeconds             = null
        TimeoutSecondsPath         = null
        HeartbeatSeconds           = null
        HeartbeatSecondsPath       = null
        ToleratedFailureCount      = null
        ToleratedFailurePercentage = null
        ResultWriter               = null
      }, s, { name = name })
    ]
  ])
}

# Where each state leads, by group.
define "workflow_steps" {
  of = "aws_sfn_state_machine"
  is = [
    for g in workflow_groups(self) : {
      start = try(g.StartAt, null)
      next = {
        for name, s in try(g.States, {}) : name => flatten([
          try([s.Next], []),
          try([s.Default], []),
          [for c in try(s.Choices, []) : try([c.Next], [])],
          [for c in try(s.Catch, []) : try([c.Next], [])],
        ])
      }
    }
  ]
}

# Where each group goes: names of its states, and names that something in it leads to.
define "workflow_paths" {
  of = "aws_sfn_state_machine"
  is = [
    for g in workflow_steps(self) : merge(g, {
      states  = keys(g.next)
      targets = [for name in concat([g.start], flatten(values(g.next))) : name if name != null]
    })
  ]
}

# The states of each group to which no way leads from its start. Each step of the way is twice as long as the one before: 64 states in all.
define "workflow_islands" {
  of = "aws_sfn_state_machine"
  is = flatten([
    for p in workflow_paths(self) : [
      for a in [{ for s, to in p.next : s => distinct(concat([s], to)) }] : [
        for b in [{ for s, to in a : s => distinct(flatten([for x in to : lookup(a, x, [])])) }] : [
          for c in [{ for s, to in b : s => distinct(flatten([for x in to : lookup(b, x, [])])) }] : [
            for d in [{ for s, to in c : s => distinct(flatten([for x in to : lookup(c, x, [])])) }] : [
              for e in [{ for s, to in d : s => distinct(flatten([for x in to : lookup(d, x, [])])) }] : [
                for f in [{ for s, to in e : s => distinct(flatten([for x in to : lookup(e, x, [])])) }] :
                [for name in p.states : name if !contains(flatten([for x in lookup(f, p.start, []) : lookup(f, x, [])]), name)]
              ]
            ]
          ]
        ]
      ]
    ] if p.start != null && contains(p.states, p.start) && length(p.states) <= 64
  ])
}

# Tasks that call a function: by its ARN, or through `lambda:invoke`. `callee` names the function.
define "workflow_calls" {
  of = "aws_sfn_state_machine"
  is = [
    for s in workflow_states(self) : merge(s, {
      callee = can(regex(":states:::lambda:invoke", s.Resource)) ? try(s.Parameters.FunctionName, s.Arguments.FunctionName, null) : s.Resource
    })
    if s.Type == "Task" && (
      can(regex(":states:::lambda:invoke", s.Resource))
      || can(regex("^arn:[^:]*:lambda:", s.Resource))
      || length(refs(s.Resource, "aws_lambda_function", "aws_lambda_alias")) > 0
    )
  ]
}

# Tasks that end when somebody else says so, and that nothing ends before: neither they nor the workflow have a timeout. `worker`: who answers is
# a program that can say that it is still at work, and neither a person nor a job. Jobs of CodeBuild, Glue, Athena, SageMaker and EMR Serverless end
# by a timeout that they have from the start.
define "workflow_waits" {
  of = "aws_sfn_state_machine"
  is = [
    for s in workflow_states(self) : merge(s, {
      worker = length(refs(s.Resource, "aws_sfn_activity")) > 0 || !can(regex(":states:::sns:|[.]sync", s.Resource))
    })
    if s.Type == "Task" && length(refs(s.Resource, "aws_lambda_function", "aws_lambda_alias")) == 0 && (
      endswith(default(s.Resource, ""), ".waitForTaskToken")
      || can(regex(":states:[^:]*:[0-9]*:activity:", s.Resource))
      || length(refs(s.Resource, "aws_sfn_activity")) > 0
      || can(regex(":states:::(ecs:runTask|eks:runJob|elasticmapreduce:addStep|emr-containers:startJobRun)[.]sync", s.Resource))
      || can(regex(":states:::batch:submitJob[.]sync", s.Resource)) && try(s.Parameters.Timeout, s.Arguments.Timeout, null) == null && anytrue([
        for d in resources("aws_batch_job_definition") : length(default(d.timeout, [])) == 0
        if names(try(s.Parameters.JobDefinition, s.Arguments.JobDefinition, null), d)
      ])
    )
  ]
}

# What a workflow starts and waits for, besides functions, and what it reads and writes.
link "aws_sfn_state_machine" "definition" {
  to = [
    "aws_sfn_state_machine",
    "aws_sfn_activity",
    "aws_ecs_task_definition",
    "aws_glue_job",
    "aws_codebuild_project",
    "aws_batch_job_definition",
    "aws_cloudwatch_event_connection",
    "aws_sagemaker_endpoint",
    "aws_emr_cluster",
  ]
  means = "invokes"
}

link "aws_sfn_state_machine" "definition" {
  to    = "aws_glue_job"
  means = "invokes"
  by    = "name"
  part  = "\"JobName\"\\s*:\\s*\"([^\":$]+)"
}

link "aws_sfn_state_machine" "definition" {
  to    = "aws_codebuild_project"
  means = "invokes"
  by    = "name"
  part  = "\"ProjectName\"\\s*:\\s*\"([^\":$]+)"
}

link "aws_sfn_state_machine" "definition" {
  to    = "aws_ecs_task_definition"
  means = "invokes"
  by    = "family"
  part  = "\"TaskDefinition\"\\s*:\\s*\"([^\":$]+)"
}

link "aws_sfn_state_machine" "definition" {
  to    = "aws_batch_job_queue"
  means = "sends"
}

link "aws_sfn_state_machine" "definition" {
  to    = "aws_cloudwatch_event_bus"
  means = "sends"
  by    = "name"
  part  = "\"EventBusName\"\\s*:\\s*\"([^\":$]+)"
}

link "aws_sfn_state_machine" "definition" {
  to    = ["aws_s3_bucket", "aws_rds_cluster"]
  means = "reads_writes"
}

link "aws_sfn_state_machine" "definition" {
  to    = "aws_s3_bucket"
  means = "reads_writes"
  by    = "bucket"
  part  = "\"Bucket\"\\s*:\\s*\"([^\":$]+)"
}

resource "aws_sfn_activity" {
  role   = "queue"
  zones  = []
  copies = 2
}

define "recovery" {
  of = "aws_sfn_activity"
  is = "regional"
}
