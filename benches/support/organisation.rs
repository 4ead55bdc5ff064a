//! A generated organisation: root modules in three environments that call shared modules and read each other's states, parameters and
//! names. The same text for the same number of root modules.

use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Root modules that share a network, a file of alarms, and a module of each kind.
const PER_GROUP: usize = 30;
const ENVIRONMENTS: [&str; 3] = ["prod", "staging", "dev"];

/// Writes an organisation with so many root modules below a directory: a tenth as many shared modules, and about 29 resources for each
/// root module.
///
/// # Errors
/// If a file cannot be written.
pub(crate) fn write(top: &Path, roots: usize) -> std::io::Result<()> {
    for (path, text) in files(roots) {
        let path = top.join(path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, text)?;
    }
    Ok(())
}

/// The files of an organisation with so many root modules.
#[must_use]
pub(crate) fn files(roots: usize) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let modules = roots.div_ceil(PER_GROUP).max(1);
    for module in 0..modules {
        for (kind, text) in [("queue", QUEUE), ("database", DATABASE), ("service", SERVICE)] {
            files.push((PathBuf::from(format!("modules/{kind}_{module:03}/main.tf")), text.to_owned()));
        }
    }
    let mut left = roots;
    for group in 0.. {
        for environment in ENVIRONMENTS {
            // A group has a network, its services and their alarms in each environment.
            let services = (PER_GROUP / ENVIRONMENTS.len()).saturating_sub(2);
            let mut names = Vec::new();
            let all = std::iter::once("network".to_owned())
                .chain((0..services).map(|service| format!("service-{service:02}")))
                .chain(std::iter::once("alarms".to_owned()));
            for name in all {
                if left == 0 {
                    return files;
                }
                left -= 1;
                let text = match name.as_str() {
                    "network" => network(group, environment),
                    "alarms" => alarms(group, environment, &names),
                    _ => service(group, environment, &name, modules),
                };
                files.push((
                    PathBuf::from(format!("live/{environment}/group-{group:03}/{name}/main.tf")),
                    text,
                ));
                names.push(name);
            }
        }
    }
    files
}

/// The `terraform` block of a root module.
fn head(group: usize, environment: &str, name: &str) -> String {
    format!(
        r#"terraform {{
  required_version = "~> 1.9"
  backend "s3" {{
    bucket       = "organisation-{environment}"
    key          = "group-{group:03}/{name}.tfstate"
    region       = "eu-central-1"
    use_lockfile = true
  }}
  required_providers {{
    aws = {{
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }}
  }}
}}

provider "aws" {{
  region = "eu-central-1"
}}
"#
    )
}

fn network(group: usize, environment: &str) -> String {
    let mut text = head(group, environment, "network");
    text.push_str(NETWORK);
    let _ = write!(
        text,
        r#"
resource "aws_ssm_parameter" "topic" {{
  name  = "/{environment}/group-{group:03}/topic"
  type  = "String"
  value = aws_sns_topic.on_call.arn
}}

resource "aws_sns_topic" "on_call" {{
  name = "{environment}-group-{group:03}-on-call"
}}
"#
    );
    text
}

fn service(group: usize, environment: &str, name: &str, modules: usize) -> String {
    let mut text = head(group, environment, name);
    let prefix = format!("{environment}-{group:03}-{name}");
    // Shared modules are called by the whole organisation.
    let module = |offset: usize| (group + name.len() + offset) % modules;
    let (queue, database, app) = (module(0), module(1), module(2));
    let _ = write!(
        text,
        r#"
data "terraform_remote_state" "network" {{
  backend = "s3"
  config = {{
    bucket = "organisation-{environment}"
    key    = "group-{group:03}/network.tfstate"
    region = "eu-central-1"
  }}
}}

data "aws_ssm_parameter" "topic" {{
  name = "/{environment}/group-{group:03}/topic"
}}

locals {{
  subnets = data.terraform_remote_state.network.outputs.private_subnet_ids
  vpc     = data.terraform_remote_state.network.outputs.vpc_id
}}

module "orders" {{
  source = "../../../../modules/queue_{queue:03}"
  name   = "{prefix}-orders"
}}

module "invoices" {{
  source = "../../../../modules/queue_{queue:03}"
  name   = "{prefix}-invoices"
}}

module "database" {{
  source  = "../../../../modules/database_{database:03}"
  name    = "{prefix}"
  subnets = local.subnets
  vpc     = local.vpc
  topic   = data.aws_ssm_parameter.topic.value
}}

module "api" {{
  source  = "../../../../modules/service_{app:03}"
  name    = "{prefix}-api"
  subnets = local.subnets
  vpc     = local.vpc
  queue   = module.orders.arn
}}

module "worker" {{
  source  = "../../../../modules/service_{app:03}"
  name    = "{prefix}-worker"
  subnets = local.subnets
  vpc     = local.vpc
  queue   = module.invoices.arn
}}

resource "aws_sns_topic" "events" {{
  name = "{prefix}-events"
}}

resource "aws_sns_topic_subscription" "orders" {{
  topic_arn = aws_sns_topic.events.arn
  protocol  = "sqs"
  endpoint  = module.orders.arn
}}

resource "aws_ecs_cluster" "this" {{
  name = "{prefix}"
}}

output "queues" {{
  value = [module.orders.name, module.invoices.name]
}}
"#
    );
    text
}

fn alarms(group: usize, environment: &str, names: &[String]) -> String {
    let mut text = head(group, environment, "alarms");
    let _ = write!(
        text,
        r#"
data "aws_ssm_parameter" "topic" {{
  name = "/{environment}/group-{group:03}/topic"
}}
"#
    );
    for name in names.iter().filter(|name| name.as_str() != "network") {
        for queue in ["orders", "invoices"] {
            let label = format!("{name}_{queue}").replace('-', "_");
            let _ = write!(
                text,
                r#"
resource "aws_cloudwatch_metric_alarm" "{label}" {{
  alarm_name          = "{environment}-{group:03}-{name}-{queue}-dead-letters"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  period              = 60
  threshold           = 0
  statistic           = "Maximum"
  dimensions          = {{ QueueName = "{environment}-{group:03}-{name}-{queue}-dlq" }}
  alarm_actions       = [data.aws_ssm_parameter.topic.value]
}}
"#
            );
        }
    }
    text
}

const NETWORK: &str = r#"
data "aws_availability_zones" "available" {
  state = "available"
}

resource "aws_vpc" "this" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "private" {
  count             = 3
  vpc_id            = aws_vpc.this.id
  cidr_block        = cidrsubnet(aws_vpc.this.cidr_block, 4, count.index)
  availability_zone = data.aws_availability_zones.available.names[count.index]
}

resource "aws_subnet" "public" {
  count             = 3
  vpc_id            = aws_vpc.this.id
  cidr_block        = cidrsubnet(aws_vpc.this.cidr_block, 4, count.index + 8)
  availability_zone = data.aws_availability_zones.available.names[count.index]
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id
}

resource "aws_eip" "nat" {
  count  = 3
  domain = "vpc"
}

resource "aws_nat_gateway" "this" {
  count         = 3
  allocation_id = aws_eip.nat[count.index].id
  subnet_id     = aws_subnet.public[count.index].id
}

resource "aws_route_table" "private" {
  count  = 3
  vpc_id = aws_vpc.this.id

  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = aws_nat_gateway.this[count.index].id
  }
}

resource "aws_route_table_association" "private" {
  count          = 3
  subnet_id      = aws_subnet.private[count.index].id
  route_table_id = aws_route_table.private[count.index].id
}

output "vpc_id" {
  value = aws_vpc.this.id
}

output "private_subnet_ids" {
  value = aws_subnet.private[*].id
}
"#;

const QUEUE: &str = r#"variable "name" {
  type = string
}

resource "aws_sqs_queue" "dead_letters" {
  name                      = "${var.name}-dlq"
  message_retention_seconds = 1209600
}

resource "aws_sqs_queue" "this" {
  name                       = var.name
  visibility_timeout_seconds = 120
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue_redrive_allow_policy" "this" {
  queue_url = aws_sqs_queue.dead_letters.id
  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.this.arn]
  })
}

resource "aws_ssm_parameter" "url" {
  name  = "/queues/${var.name}"
  type  = "String"
  value = aws_sqs_queue.this.url
}

output "arn" {
  value = aws_sqs_queue.this.arn
}

output "name" {
  value = aws_sqs_queue.this.name
}
"#;

const DATABASE: &str = r#"variable "name" {
  type = string
}

variable "subnets" {
  type = list(string)
}

variable "vpc" {
  type = string
}

variable "topic" {
  type = string
}

resource "aws_security_group" "this" {
  name   = "${var.name}-database"
  vpc_id = var.vpc
}

resource "aws_db_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnets
}

resource "aws_db_parameter_group" "this" {
  name   = var.name
  family = "postgres16"
}

resource "aws_db_instance" "this" {
  identifier                  = var.name
  engine                      = "postgres"
  instance_class              = "db.r7g.large"
  allocated_storage           = 100
  multi_az                    = true
  backup_retention_period     = 14
  deletion_protection         = true
  storage_encrypted           = true
  manage_master_user_password = true
  username                    = "app"
  db_subnet_group_name        = aws_db_subnet_group.this.name
  parameter_group_name        = aws_db_parameter_group.this.name
  vpc_security_group_ids      = [aws_security_group.this.id]
}

resource "aws_cloudwatch_metric_alarm" "cpu" {
  alarm_name          = "${var.name}-cpu"
  namespace           = "AWS/RDS"
  metric_name         = "CPUUtilization"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 3
  period              = 60
  threshold           = 80
  statistic           = "Average"
  dimensions          = { DBInstanceIdentifier = aws_db_instance.this.identifier }
  alarm_actions       = [var.topic]
}
"#;

const SERVICE: &str = r#"variable "name" {
  type = string
}

variable "subnets" {
  type = list(string)
}

variable "vpc" {
  type = string
}

variable "queue" {
  type = string
}

resource "aws_security_group" "this" {
  name   = var.name
  vpc_id = var.vpc
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/ecs/${var.name}"
  retention_in_days = 30
}

resource "aws_iam_role" "task" {
  name = "${var.name}-task"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "task" {
  name = "queue"
  role = aws_iam_role.task.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["sqs:ReceiveMessage", "sqs:DeleteMessage"], Resource = var.queue }]
  })
}

resource "aws_ecs_task_definition" "this" {
  family                   = var.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 512
  memory                   = 1024
  task_role_arn            = aws_iam_role.task.arn
  container_definitions = jsonencode([{
    name  = "app"
    image = "example.com/${var.name}:1.0.0"
    logConfiguration = {
      logDriver = "awslogs"
      options   = { "awslogs-group" = aws_cloudwatch_log_group.this.name, "awslogs-region" = "eu-central-1" }
    }
  }])
}

resource "aws_ecs_service" "this" {
  name            = var.name
  cluster         = var.name
  task_definition = aws_ecs_task_definition.this.arn
  launch_type     = "FARGATE"
  desired_count   = 3

  network_configuration {
    subnets         = var.subnets
    security_groups = [aws_security_group.this.id]
  }
}

resource "aws_appautoscaling_target" "this" {
  min_capacity       = 3
  max_capacity       = 12
  resource_id        = "service/${var.name}/${aws_ecs_service.this.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  service_namespace  = "ecs"
}

resource "aws_appautoscaling_policy" "this" {
  name               = "${var.name}-cpu"
  policy_type        = "TargetTrackingScaling"
  resource_id        = aws_appautoscaling_target.this.resource_id
  scalable_dimension = aws_appautoscaling_target.this.scalable_dimension
  service_namespace  = aws_appautoscaling_target.this.service_namespace

  target_tracking_scaling_policy_configuration {
    target_value = 60

    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}
"#;
