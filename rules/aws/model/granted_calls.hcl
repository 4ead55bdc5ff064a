# What the role of code lets it call. That is weak evidence as well: a policy that names one resource for an action that uses it says that the code
# perhaps does. A pattern says nothing, nor does an action that reads or changes settings.

# The actions that use a resource, without those that only tell of it.
define "using_actions" {
  of = "aws_iam_role"
  is = join("|", [
    "lambda:invoke(function|async)", "sqs:sendmessage(batch)?", "sns:publish(batch)?", "kinesis:putrecords?", "firehose:putrecord(batch)?", "events:putevents",
    "states:start(sync)?execution", "dynamodb:(get|put|update|delete|batchget|batchwrite|transactget|transactwrite)items?", "dynamodb:(query|scan)",
    "rds-data:(execute|batchexecute)statement", "rds-db:connect", "redshift-data:(execute|batchexecute)statement", "elasticache:connect", "memorydb:connect",
    "kafka-cluster:(connect|readdata|writedata)", "es:eshttp(get|post|put|delete|head|patch)?", "elasticfilesystem:client(mount|write|rootaccess)",
    "dsql:dbconnect(admin)?", "execute-api:invoke", "sagemaker:invokeendpoint(async)?",
  ])
}

# What is used so, by the policies of a role.
set "used_by_grant" {
  types = [
    "aws_lambda_function", "aws_lambda_alias", "aws_sqs_queue", "aws_sns_topic", "aws_kinesis_stream", "aws_kinesis_firehose_delivery_stream",
    "aws_cloudwatch_event_bus", "aws_sfn_state_machine", "aws_dynamodb_table", "aws_rds_cluster", "aws_db_instance", "aws_db_proxy",
    "aws_redshift_cluster", "aws_elasticache_replication_group", "aws_memorydb_cluster", "aws_msk_cluster", "aws_msk_serverless_cluster",
    "aws_opensearch_domain", "aws_efs_file_system", "aws_dsql_cluster", "aws_api_gateway_rest_api", "aws_apigatewayv2_api", "aws_sagemaker_endpoint",
  ]
}

define "granted_uses" {
  of = "aws_iam_role"
  is = distinct(flatten([
    for t in policy_texts(self) : [
      for s in try(flatten([jsondecode(t).Statement]), []) : refs(try(s.Resource, []), "used_by_grant")
      if try(s.Effect, "Allow") == "Allow" && anytrue([for a in try(flatten([s.Action]), []) : can(regex("^(${using_actions(self)})$", lower(a)))])
    ]
  ]))
}

# The roles under which code runs.
define "own_roles" {
  of = "aws_lambda_function"
  is = refs(self.role, "aws_iam_role")
}

define "own_roles" {
  of = "aws_ecs_task_definition"
  is = refs(self.task_role_arn, "aws_iam_role")
}

define "own_roles" {
  of = ["aws_instance", "aws_launch_template", "aws_launch_configuration"]
  is = flatten([for p in linked(self, "assumes", "aws_iam_instance_profile") : linked(p, "assumes", "aws_iam_role")])
}

define "own_roles" {
  of = "aws_apprunner_service"
  is = refs(self.instance_configuration[0].instance_role_arn, "aws_iam_role")
}

# Where it sends its failures, and what it reads from, it is granted for that.
edge "told_code" {
  to = [
    for n in distinct(flatten([for r in own_roles(self) : granted_uses(r)])) : n
    if n != self && !contains(concat(
      linked(self, "redrives_to"), linked(self, "consumes"), linked(self, "sends"), linked(self, "invokes"), linked(self, "reads_writes"),
      linked(self, "mounts"),
    ), n)
  ]
  means = "may_call"
}
