# Whether code in a network certainly needs its way out. Without endpoints all calls of AWS leave through the gateways of its subnets. With
# endpoints it may do without them, unless it is told of something that no endpoint leads to.

# What the tables of a subnet lead to, of what can be lost.
define "gateways" {
  of = "subnet"
  is = flatten([
    for t in length(linked(self, "routed_by")) > 0 ? linked(self, "routed_by") : main_tables(self) : [
      linked(t, "routes_to", "aws_nat_gateway", "aws_instance", "aws_network_interface", "aws_networkfirewall_firewall"),
      [
        for g in default(leaves_by_transit(t), []) : [
          for a in referrers(g, "member_of", "aws_ec2_transit_gateway_vpc_attachment") : a if a.vpc_id == t.vpc_id
        ]
      ],
    ]
  ])
}

# The services of AWS that a network has endpoints for, by the last part of their names.
define "endpoint_services" {
  of = "vpc"
  is = flatten([for e in referrers(self, "in_network", "aws_vpc_endpoint") : regexall("[^.]+$", e.service_name)])
}

# The services of AWS that code is told to call.
define "called_services" {
  of = ["aws_lambda_function", "aws_ecs_task_definition", "aws_apprunner_service", "aws_batch_job_definition"]
  is = concat(
    length(linked(self, "sends", "aws_sqs_queue")) > 0 ? ["sqs"] : [],
    length(linked(self, "sends", "aws_sns_topic")) > 0 ? ["sns"] : [],
    length(linked(self, "sends", "aws_kinesis_stream")) > 0 ? ["kinesis-streams"] : [],
    length(linked(self, "sends", "aws_kinesis_firehose_delivery_stream")) > 0 ? ["kinesis-firehose"] : [],
    length(linked(self, "sends", "aws_cloudwatch_event_bus")) > 0 ? ["events"] : [],
    length(linked(self, "sends", "aws_sfn_state_machine")) > 0 ? ["states"] : [],
    length(linked(self, "reads_writes", "aws_dynamodb_table")) > 0 ? ["dynamodb"] : [],
    length(linked(self, "reads_writes", "aws_s3_bucket")) > 0 ? ["s3"] : [],
    length(linked(self, "invokes", "aws_lambda_function")) > 0 ? ["lambda"] : [],
  )
}

define "needs_way_out" {
  is = anytrue([
    for endpoints in [flatten([for s in linked(self, "in_subnet") : [for v in linked(s, "in_network") : endpoint_services(v)]])] :
    length(endpoints) == 0 || anytrue([
      for s in concat(
        default(called_services(self), []),
        flatten([for d in linked(self, "runs", "aws_ecs_task_definition") : called_services(d)]),
      ) : !contains(endpoints, s)
    ])
  ])
}

edge "aws_ec2_transit_gateway_vpc_attachment" {
  to    = distinct(flatten([for s in linked(self, "in_subnet") : gateways(s)]))
  means = "routes_to"
}

edge "compute" {
  to    = distinct(flatten([for s in linked(self, "in_subnet") : gateways(s)]))
  means = "routes_to"
  when  = needs_way_out(self)
}
