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

# What a function is told of that it fetches by itself; for a container its host does.
define "told_secrets" {
  of = "aws_lambda_function"
  is = refs(self.environment[0].variables, "aws_secretsmanager_secret")
}

define "told_parameters" {
  of = "aws_lambda_function"
  is = refs(self.environment[0].variables, "aws_ssm_parameter")
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
    length(default(told_secrets(self), [])) > 0 ? ["secretsmanager"] : [],
    length(default(told_parameters(self), [])) > 0 ? ["ssm"] : [],
  )
}

# The same with what the tasks of a service call.
define "services_called" {
  of = "compute"
  is = distinct(concat(
    default(called_services(self), []),
    flatten([for d in linked(self, "runs", "aws_ecs_task_definition") : called_services(d)]),
  ))
}

define "needs_way_out" {
  of = "compute"
  is = anytrue([
    for endpoints in [flatten([for s in linked(self, "in_subnet") : [for v in linked(s, "in_network") : endpoint_services(v)]])] :
    length(endpoints) == 0 || anytrue([for s in services_called(self) : !contains(endpoints, s)])
  ])
}

# What an endpoint leads to, by the last part of its name.
define "endpoint_service" {
  of = "aws_vpc_endpoint"
  is = element(concat(regexall("[^.]+$", default(self.service_name, "")), [""]), 0)
}

# Whether what stands in a subnet gets out by endpoints only.
define "is_closed" {
  of = "subnet"
  is = (
    length(gateways(self)) == 0
    && length(flatten([for t in linked(self, "routed_by") : linked(t, "routes_to", "aws_internet_gateway")])) == 0
  )
}

# Where a gateway endpoint is the way to its service: a route more, without which what has another way out does.
define "only_way_of" {
  of = "aws_vpc_endpoint"
  is = (
    default(self.vpc_endpoint_type, "Gateway") == "Gateway"
    ? [for s in flatten([for t in referrers(self, "routes_to") : referrers(t, "routed_by")]) : s if is_closed(s)]
    : []
  )
}

# Where there is a gateway endpoint, the name of its service leads there, also beside an interface.
define "is_beside_gateway" {
  of = "aws_vpc_endpoint"
  is = anytrue(flatten([
    for v in linked(self, "in_network") : [
      for o in referrers(v, "in_network", "aws_vpc_endpoint") :
      default(o.vpc_endpoint_type, "Gateway") == "Gateway" && endpoint_service(o) == endpoint_service(self)
    ]
  ]))
}

# Code calls what it is told of through the endpoints of its network. An interface that takes over the name of its service is in the way of
# the whole network; where it does not, code that has no other way has to name it.
edge "compute" {
  to    = resources("aws_vpc_endpoint")
  means = "calls_through"
  when = contains(services_called(self), endpoint_service(other)) && anytrue([
    for s in linked(self, "in_subnet") : (
      contains(only_way_of(other), s)
      || other.vpc_endpoint_type == "Interface"
      && anytrue([for v in linked(other, "in_network") : contains(linked(s, "in_network"), v)])
      && (other.private_dns_enabled == true || is_closed(s))
      && !is_beside_gateway(other)
    )
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
